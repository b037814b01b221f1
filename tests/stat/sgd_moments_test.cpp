// Proves: mean and variance of one step agree with three-dimensional Gauss-Hermite quadrature of the estimator's
// definition, written here once more from PHYSICS section 6 with the C library's functions; and the mean of every
// estimator is the closed flow's rate.
#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <array>
#include <cmath>
#include <functional>

#include "tests/support/bounds.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

using support::run_sgd;
using support::sgd_payload_of;
using support::SgdCase;

struct Node {
    double z, weight;
};

// Gauss-Hermite rule for N(0, 1), by Golub and Welsch.
std::vector<Node> gauss_hermite(int n) {
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
    for (int i = 1; i < n; ++i) jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobi);
    std::vector<Node> nodes;
    for (int i = 0; i < n; ++i) nodes.push_back({solver.eigenvalues()[i], std::pow(solver.eigenvectors()(0, i), 2)});
    return nodes;
}

using Vector = std::array<double, 3>;
double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// At the state of support::state_at, in a frame of the three vectors.
struct Geometry {
    double r = 1.5, w_star = 2.0 / 3.0;
    double w[2];
    double m1 = 0.4, m2 = -0.2, s = 0.1;
    Vector mode, mean[2];
    explicit Geometry(double w1) : w{w1, 1.0 - w1} {
        const double b1 = std::sqrt(1.0 - m1 * m1), b2 = (s - m1 * m2) / b1;
        mode = {r, 0.0, 0.0};
        mean[0] = {r * m1, r * b1, 0.0};
        mean[1] = {r * m2, r * b2, r * std::sqrt(1.0 - m2 * m2 - b2 * b2)};
    }
    double r1(const Vector& x) const { return 1.0 / (1.0 + w[1] / w[0] * std::exp(dot(mean[1], x) - dot(mean[0], x))); }
    double tanh_of(const Vector& x) const { return std::tanh(dot(mode, x) + 0.5 * std::log(w_star / (1.0 - w_star))); }
    // log q - beta log p without what the two strata share on average
    double f(const Vector& x, double beta) const {
        const double q = std::log(w[0] * std::exp(dot(mean[0], x)) + w[1] * std::exp(dot(mean[1], x)));
        const double p = std::log(w_star * std::exp(dot(mode, x)) + (1.0 - w_star) * std::exp(-dot(mode, x)));
        return q - beta * p - 0.5 * (1.0 - beta) * dot(x, x);
    }
};

struct Moments {
    double mean, variance;
};

// Of value(x), x = mean_j + z.
Moments moments_of(const Geometry& g, int j, const std::function<double(const Vector&)>& value) {
    static const std::vector<Node> rule = gauss_hermite(32);
    double first = 0.0, second = 0.0;
    for (const Node& a : rule)
        for (const Node& b : rule)
            for (const Node& c : rule) {
                const double v = value({g.mean[j][0] + a.z, g.mean[j][1] + b.z, g.mean[j][2] + c.z});
                const double weight = a.weight * b.weight * c.weight;
                first += weight * v;
                second += weight * v * v;
            }
    return {first, second - first * first};
}

// Contribution of a sample of stratum i to -g_i, projected on the tangent space, along mu* and in units of R^2: the
// pathwise estimator.
double step_along_mode(const Geometry& g, int i, const Vector& x, double beta) {
    Vector gradient;
    const double r1 = g.r1(x), pull = beta * g.tanh_of(x);
    for (int k = 0; k < 3; ++k)
        gradient[k] = (beta - 1.0) * x[k] + r1 * g.mean[0][k] + (1.0 - r1) * g.mean[1][k] - pull * g.mode[k];
    const double r2 = g.r * g.r, m = i == 0 ? g.m1 : g.m2;
    return -g.w[i] * (dot(gradient, g.mode) - m * dot(gradient, g.mean[i])) / r2;
}

struct Observed {
    support::SampleMean m1, m2, weight;
};

// Differences of one step over eta; eta is so small that its own effect is far below the errors.
Observed one_step(const SgdCase& c, std::uint64_t batch, int count, double bias = 0.0) {
    constexpr double eta = 1e-5;
    SgdPayload problem = sgd_payload_of(c, 10.0, batch, 1, eta);
    problem.target_weight += bias;
    const OrderParameters<double> start = support::state_at(10.0, problem.start_weight);
    const support::SgdEnsemble e = run_sgd(problem, SgdSampler::reduced, 17, static_cast<std::uint64_t>(count), &start);
    Observed observed;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        observed.m1.add((e.m1[at] - start.m1) / eta);
        observed.m2.add((e.m2[at] - start.m2) / eta);
        observed.weight.add((e.weight[at] - 0.4) / eta);
    }
    return observed;
}

// z of the sample's variance; the fourth moment is bounded by that of a sum of B terms, close to a normal's.
double variance_z(const support::SampleMean& sample, double expected, int count) {
    return (sample.variance() - expected) / (expected * std::sqrt(2.6 / count));
}

TEST(SgdMoments, MeanAndVarianceOfThePathwiseStep) {
    constexpr int count = 100000;
    constexpr double bound = 5.0;
    for (const double beta : {1.0, 0.5}) {
        const SgdCase c = {Estimator::pathwise, Baseline::none, WeightGeometry::fixed, beta};
        const Geometry g(2.0 / 3.0);
        const Observed observed = one_step(c, 8, count), twin = one_step(c, 8, count, 0.02);
        for (int i = 0; i < 2; ++i) {
            const Moments expected = moments_of(g, i, [&](const Vector& x) { return step_along_mode(g, i, x, beta); });
            const support::SampleMean& sample = i == 0 ? observed.m1 : observed.m2;
            EXPECT_LT(std::fabs(sample.z_against(expected.mean)), bound) << "beta = " << beta << ", mean " << i;
            EXPECT_LT(std::fabs(variance_z(sample, expected.variance / 8.0, count)), bound)
                << "beta = " << beta << ", mean " << i;
            EXPECT_GT(std::fabs((i == 0 ? twin.m1 : twin.m2).z_against(expected.mean)), bound);      // w* off by 0.02
            EXPECT_GT(std::fabs(variance_z(sample, 1.05 * expected.variance / 8.0, count)), bound);  // twin
        }
    }
}

TEST(SgdMoments, EveryEstimatorHasTheSameMeanAndTheWeightsMoveAsTheyShould) {
    constexpr int count = 60000;
    for (const SgdCase& c : {SgdCase{Estimator::pathwise, Baseline::none, WeightGeometry::simplex, 1.0},
                             {Estimator::pathwise, Baseline::none, WeightGeometry::simplex, 0.5},
                             {Estimator::reparameterized, Baseline::none, WeightGeometry::simplex, 1.0},
                             {Estimator::reparameterized, Baseline::none, WeightGeometry::simplex, 0.5},
                             {Estimator::score, Baseline::none, WeightGeometry::simplex, 1.0},
                             {Estimator::score, Baseline::leave_one_out, WeightGeometry::simplex, 1.0}}) {
        const Geometry g(0.4);
        const Observed observed = one_step(c, 8, count);
        const Moments f1 = moments_of(g, 0, [&](const Vector& x) { return g.f(x, c.beta); });
        const Moments f2 = moments_of(g, 1, [&](const Vector& x) { return g.f(x, c.beta); });
        // |z^perp|^2 of 7 dimensions has the variance 14
        const double perpendicular = 0.25 * (1.0 - c.beta) * (1.0 - c.beta) * 14.0;
        const double variance = 0.25 * (f1.variance + f2.variance + 2.0 * perpendicular) / 8.0;
        EXPECT_LT(std::fabs(observed.weight.z_against(-0.5 * (f1.mean - f2.mean))), 5.0) << name_of(c);
        EXPECT_LT(std::fabs(variance_z(observed.weight, variance, count)), 5.0) << name_of(c);
        EXPECT_GT(std::fabs(variance_z(observed.weight, 1.07 * variance, count)), 5.0);  // twin
        for (int i = 0; i < 2; ++i) {
            const Moments expected =
                moments_of(g, i, [&](const Vector& x) { return step_along_mode(g, i, x, c.beta); });
            EXPECT_LT(std::fabs((i == 0 ? observed.m1 : observed.m2).z_against(expected.mean)), 5.0)
                << name_of(c) << ", mean " << i;
        }
    }
}

// At q = p log q - log p is zero everywhere: the pathwise gradient vanishes sample by sample, the others only on
// average.
TEST(SgdMoments, ThePathwiseGradientHasNoNoiseAtTheOptimum) {
    for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized, Estimator::score}) {
        SgdPayload problem = sgd_payload_of({estimator, Baseline::none, WeightGeometry::softmax, 1.0}, 10.0, 8, 5, 0.1);
        problem.start_weight = weight_coordinate(WeightGeometry::softmax, problem.target_weight);
        const OrderParameters<double> optimum = {1.0, -1.0, 2.0, problem.start_weight};
        const support::SgdEnsemble e = run_sgd(problem, SgdSampler::full, 18, 16, &optimum);
        for (std::size_t i = 0; i < 16; ++i) {
            const double moved =
                std::fabs(e.m1[i] - 1.0) + std::fabs(e.m2[i] + 1.0) + std::fabs(e.weight[i] - problem.target_weight);
            if (estimator == Estimator::reparameterized) {
                EXPECT_GT(moved, 1e-4);
            } else {  // f = 0, so the score estimator is noise-free here too
                EXPECT_LT(moved, 1e-12);
            }
        }
    }
}

}  // namespace
}  // namespace modecollapse
