// The reverse pass of a RealNVP member against central differences of the loss it belongs to.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/bounds.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

using support::normal_samples;
using support::random_parameters;

struct Case {
    RealnvpProblem problem;
    std::vector<double> parameters, z;
    double beta;
};

Case gradient_case(std::uint32_t dimension, std::uint32_t width, std::uint32_t depth, CouplingMask mask,
                   Estimator estimator) {
    Training training;
    training.shape = {dimension, 4, width, depth, mask};
    training.batch = 21;
    training.estimator = estimator;
    Problem target = support::flow_target(1.7, 0.3);
    target.beta = 0.6;
    Case c{realnvp_problem(target, training), {}, {}, 0.6};
    c.parameters = random_parameters(training.shape, 0.7, 3);
    c.z = normal_samples(21 * dimension, 4);
    return c;
}

// Batch mean of log q - beta log p at f(z); log q at the parameters themselves (total), or at `frozen`.
double loss(const Case& c, const std::vector<double>& parameters, const std::vector<double>* frozen) {
    const std::size_t n = c.problem.batch;
    std::vector<double> x(c.z.size()), log_q(n), log_p(n);
    const RealnvpMember member{&c.problem, Precision::double_precision, 7, 1, parameters.data()};
    realnvp_sample(member, best_cpu_isa(), c.z.data(), 0, n, x.data(), log_q.data(), log_p.data());
    if (frozen) {
        const RealnvpMember other{&c.problem, Precision::double_precision, 7, 1, frozen->data()};
        realnvp_density(other, best_cpu_isa(), x.data(), n, log_q.data(), nullptr);
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += log_q[i] - c.beta * log_p[i];
    return sum / static_cast<double>(n);
}

// Central differences with Richardson's extrapolation: error of order h^4.
std::vector<double> differences(const Case& c) {
    const bool path = c.problem.estimator == Estimator::pathwise;
    std::vector<double> result, p = c.parameters;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double centre = p[i], h = 2e-3;
        const auto difference = [&](double step) {
            p[i] = centre + step;
            const double up = loss(c, p, path ? &c.parameters : nullptr);
            p[i] = centre - step;
            const double down = loss(c, p, path ? &c.parameters : nullptr);
            p[i] = centre;
            return (up - down) / (2.0 * step);
        };
        const double coarse = difference(2.0 * h), middle = difference(h), fine = difference(0.5 * h);
        const double first = (4.0 * middle - coarse) / 3.0, second = (4.0 * fine - middle) / 3.0;
        result.push_back((16.0 * second - first) / 15.0);
    }
    return result;
}

double norm(const std::vector<double>& x) {
    double sum = 0.0;
    for (const double v : x) sum += v * v;
    return std::sqrt(sum);
}

// |gradient - differences| / |differences|.
double relative_error(const Case& c, const std::vector<double>& expected) {
    std::vector<double> gradient(c.parameters.size());
    const RealnvpMember member{&c.problem, Precision::double_precision, 7, 1, c.parameters.data()};
    const double value = realnvp_gradient(member, best_cpu_isa(), c.z.data(), 0, gradient.data());
    EXPECT_NEAR(value, loss(c, c.parameters, nullptr), 1e-12);
    const double size = norm(expected);
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] -= expected[i];
    return norm(gradient) / size;
}

TEST(RealnvpGradient, EqualsCentralDifferences) {
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
        for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random})
            for (const std::uint32_t depth : {1u, 2u}) {
                const Case c = gradient_case(depth == 1 ? 2 : 6, 7, depth, mask, estimator);
                const double error = relative_error(c, differences(c));
                RecordProperty("relative_error", support::digits(error));
                EXPECT_LT(error, 1e-7) << realnvp_estimator_names[static_cast<int>(estimator)] << ", depth " << depth;
            }
}

// The two estimators differ by the score term, whose mean is zero but which is not zero on a batch: each test sees the
// other's gradient fail.
TEST(RealnvpGradient, TheEstimatorsDifferOnABatch) {
    const Case path = gradient_case(2, 7, 1, CouplingMask::halves, Estimator::pathwise);
    const Case total = gradient_case(2, 7, 1, CouplingMask::halves, Estimator::reparameterized);
    EXPECT_GT(relative_error(total, differences(path)), 1e-3);
}

// At q = p the path gradient vanishes sample by sample; the total one does not. Here q = N(0, I) and p nearly so (a
// small radius).
TEST(RealnvpGradient, ThePathGradientVanishesWhereTheFlowIsTheTarget) {
    Training training;
    training.shape = {4, 4, 8, 2};
    training.start_scale = 0.0;
    RealnvpProblem problem = realnvp_problem(support::flow_target(1e-3, 0.5), training);
    std::vector<double> parameters(parameter_count(problem.shape)), path(parameters.size()), total(parameters.size());
    const RealnvpMember member{&problem, Precision::double_precision, 7, 0, parameters.data()};
    realnvp_start(member, best_cpu_isa(), parameters.data());
    problem.estimator = Estimator::pathwise;
    realnvp_gradient(member, best_cpu_isa(), nullptr, 0, path.data());
    problem.estimator = Estimator::reparameterized;
    realnvp_gradient(member, best_cpu_isa(), nullptr, 0, total.data());
    EXPECT_LT(norm(path), 1e-5);
    EXPECT_GT(norm(total), 1e-2);
}

TEST(RealnvpGradient, SinglePrecisionIsClose) {
    const Case c = gradient_case(6, 16, 2, CouplingMask::halves, Estimator::pathwise);
    std::vector<double> expected(c.parameters.size()), gradient(c.parameters.size());
    const RealnvpMember member{&c.problem, Precision::double_precision, 7, 1, c.parameters.data()};
    RealnvpMember single = member;
    single.precision = Precision::single_precision;
    realnvp_gradient(member, best_cpu_isa(), c.z.data(), 0, expected.data());
    realnvp_gradient(single, best_cpu_isa(), c.z.data(), 0, gradient.data());
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] -= expected[i];
    EXPECT_LT(norm(gradient) / norm(expected), 1e-5);
}

}  // namespace
}  // namespace modecollapse
