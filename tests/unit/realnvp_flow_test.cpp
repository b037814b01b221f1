// The RealNVP flow as a map and as a density: inverse, log determinant, the identity at the start, and equal bits
// everywhere.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/realnvp/draws.hpp"
#include "modecollapse/target/target_density.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

using support::normal_samples;
using support::random_parameters;
using support::small_flow;

struct Samples {
    std::vector<double> x, log_q, log_p;
};

Samples forward(const RealnvpMember& member, const std::vector<double>& z, const char* isa = best_cpu_isa()) {
    const std::size_t d = member.problem->shape.dimension, count = z.size() / d;
    Samples s{std::vector<double>(z.size()), std::vector<double>(count), std::vector<double>(count)};
    realnvp_sample(member, isa, z.data(), 0, count, s.x.data(), s.log_q.data(), s.log_p.data());
    return s;
}

// Largest |f^-1(f(z)) - z| and |log q (on the way back) - log q (forward)|.
std::pair<double, double> round_trip(Precision precision, CouplingMask mask) {
    const RealnvpProblem problem = small_flow(128, 8, 64, 2, mask);
    const std::vector<double> parameters = random_parameters(problem.shape, 0.7, 5), z = normal_samples(128 * 300, 6);
    const RealnvpMember member{&problem, precision, 7, 3, parameters.data()};
    const Samples s = forward(member, z);
    std::vector<double> back = s.x, log_q(300);
    realnvp_density(member, best_cpu_isa(), back.data(), 300, log_q.data(), nullptr);
    double worst = 0.0, worst_density = 0.0, moved = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        worst = std::max(worst, std::abs(back[i] - z[i]));
        moved = std::max(moved, std::abs(s.x[i] - z[i]));
    }
    for (std::size_t i = 0; i < 300; ++i) worst_density = std::max(worst_density, std::abs(log_q[i] - s.log_q[i]));
    EXPECT_GT(moved, 1.0);  // not the identity
    return {worst, worst_density};
}

TEST(RealnvpFlow, InverseUndoesForward) {
    for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random}) {
        const auto [worst, density] = round_trip(Precision::double_precision, mask);
        RecordProperty("double", support::digits(worst));
        EXPECT_LT(worst, 1e-10);
        EXPECT_LT(density, 1e-10);
        const auto [single, single_density] = round_trip(Precision::single_precision, mask);
        RecordProperty("single", support::digits(single));
        EXPECT_LT(single, 2e-5);
        EXPECT_LT(single_density, 1e-3);  // a sum over 128 coordinates
    }
}

TEST(RealnvpFlow, LogDeterminantIsThatOfTheJacobian) {
    for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random}) {
        const int d = 6;
        const RealnvpProblem problem = small_flow(d, 5, 11, 3, mask);
        const std::vector<double> parameters = random_parameters(problem.shape, 0.8, 2);
        const RealnvpMember member{&problem, Precision::double_precision, 7, 0, parameters.data()};
        const std::vector<double> base = normal_samples(d, 3);
        const double h = 1e-5;
        std::vector<double> z;
        for (int k = 0; k < d; ++k)
            for (const double shift : {-h, h}) {
                z.insert(z.end(), base.begin(), base.end());
                z[z.size() - d + k] += shift;
            }
        z.insert(z.end(), base.begin(), base.end());
        const Samples s = forward(member, z);
        Eigen::MatrixXd jacobian(d, d);
        for (int k = 0; k < d; ++k)
            for (int i = 0; i < d; ++i) jacobian(i, k) = (s.x[(2 * k + 1) * d + i] - s.x[2 * k * d + i]) / (2.0 * h);
        double squared = 0.0;
        for (const double x : base) squared += x * x;
        const double log_det = -0.5 * squared - 0.5 * d * std::log(2.0 * M_PI) - s.log_q[2 * d];
        EXPECT_GT(std::abs(log_det), 0.05);
        EXPECT_NEAR(log_det, std::log(std::abs(jacobian.determinant())), 1e-6);
    }
}

TEST(RealnvpFlow, DensitiesAreThoseOfTheirSamples) {
    const RealnvpProblem problem = small_flow(4, 4, 9, 1);
    const std::vector<double> parameters = random_parameters(problem.shape, 0.5, 2);
    const RealnvpMember member{&problem, Precision::double_precision, 7, 0, parameters.data()};
    const Samples s = forward(member, normal_samples(4 * 50, 8));
    const TargetDensity target(problem.radius, problem.target_weight, 4);
    for (std::size_t i = 0; i < 50; ++i) {
        double along = 0.0, squared = 0.0;
        for (int k = 0; k < 4; ++k) {
            along += mode_coordinate(problem) * s.x[4 * i + k];
            squared += s.x[4 * i + k] * s.x[4 * i + k];
        }
        EXPECT_NEAR(s.log_p[i], target(along, squared).log_density, 1e-12);
    }
}

// KL(N(0, I) || p) = R^2 / 2 - E log( w* e^{R Z} + (1 - w*) e^{-R Z} ) for every d.
TEST(RealnvpFlow, IdentityStartHasTheDivergenceOfTheBase) {
    Training training;
    training.shape = {6, 4, 16, 2};
    training.start_scale = 0.0;
    training.evaluation_samples = 200000;
    const RealnvpProblem problem = realnvp_problem(support::flow_target(1.7, 0.3), training);
    RealnvpMonitor monitor = {}, at_start = {};
    const std::uint64_t zero = 0;
    RealnvpTask task = {&problem, Precision::double_precision, 11, 0, 1, 0};
    task.record.monitor = &monitor;
    task.path = {&zero, 1, &at_start};
    run_realnvp_on_cpu(task, {1, best_cpu_isa()});
    const double expected = 0.5 * 1.7 * 1.7 - reference_log_target(1.7, 0.3, 0.0);
    const double bound = support::largest_z(1e-6, 1);
    EXPECT_LT(std::abs(monitor.reverse_kl - expected), bound * monitor.reverse_kl_error);
    EXPECT_GT(std::abs(monitor.reverse_kl - 1.02 * expected),
              bound * monitor.reverse_kl_error);  // twin: 2 % off is seen
    EXPECT_EQ(monitor.reverse_kl, at_start.reverse_kl);
    EXPECT_LT(std::abs(monitor.mass_plus - 0.5), bound * 0.5 / std::sqrt(2e5));
    EXPECT_LT(std::abs(monitor.projected_variance - 1.0), bound * std::sqrt(2.0 / 2e5));

    const std::vector<double> z = normal_samples(6 * 20, 1);
    std::vector<double> parameters(parameter_count(problem.shape));
    realnvp_start({&problem, Precision::double_precision, 11, 0, nullptr}, best_cpu_isa(), parameters.data());
    EXPECT_EQ(forward({&problem, Precision::double_precision, 11, 0, parameters.data()}, z).x, z);
}

TEST(RealnvpFlow, DrawnSamplesAreTheDocumentedBlocks) {
    const RealnvpProblem problem = small_flow(6, 2, 4, 1);
    const std::vector<double> parameters(parameter_count(problem.shape), 0.0);
    const RealnvpMember member{&problem, Precision::double_precision, 99, 5, parameters.data()};
    std::vector<double> x(6 * 30);
    realnvp_sample(member, best_cpu_isa(), nullptr, 17, 30, x.data(), nullptr, nullptr);
    const Random123Words words;
    for (std::uint64_t i = 0; i < 30; ++i)
        for (std::uint64_t k = 0; k < 6; k += 2) {
            const Words w = words(99, counter_of(Purpose::realnvp_draws, (17 + i) * 2 + k / 4, 5));
            const NormalPair<double> z = normal_pair(uniform_32(w.value[k % 4]), uniform_32(w.value[k % 4 + 1]));
            EXPECT_EQ(x[6 * i + k], z.first);
            EXPECT_EQ(x[6 * i + k + 1], z.second);
        }
}

TEST(RealnvpFlow, SameBitsOnEveryInstructionSet) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        RealnvpProblem problem = small_flow(6, 3, 13, 2, CouplingMask::random);
        problem.batch = 37;
        const std::vector<double> parameters = random_parameters(problem.shape, 0.6, 4);
        const RealnvpMember member{&problem, precision, 7, 2, parameters.data()};
        for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise}) {
            problem.estimator = estimator;
            std::vector<double> expected(parameter_count(problem.shape)), gradient(expected.size());
            const double loss = realnvp_gradient(member, "baseline", nullptr, 5, expected.data());
            for (const char* isa : {"avx2", "avx512"}) {
                if (!cpu_supports(isa)) continue;
                EXPECT_EQ(realnvp_gradient(member, isa, nullptr, 5, gradient.data()), loss) << isa;
                EXPECT_EQ(gradient, expected) << isa;
            }
        }
    }
}

}  // namespace
}  // namespace modecollapse
