// The start of a linear VAE against explicit matrices W, V with independent normal entries: moments and
// Kolmogorov-Smirnov distances of all order parameters, N from 2 M + M* on.
#include <gtest/gtest.h>

#include <random>

#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using support::VaePayload;

constexpr int members = 6000;

// Order parameters of explicit matrices; W* along the first axes, times sqrt N.
std::vector<double> explicit_start(const VaePayload& problem, std::mt19937_64& generator) {
    const int n = static_cast<int>(problem.dimension), rows = 2 * problem.latent;
    std::normal_distribution<double> normal(0.0, problem.start_scale / std::sqrt(n));
    std::vector<std::vector<double>> x(static_cast<std::size_t>(rows),
                                       std::vector<double>(static_cast<std::size_t>(n)));
    for (auto& row : x)
        for (double& entry : row) entry = normal(generator);
    const auto product = [&](int i, int j) {
        double sum = 0.0;
        for (int k = 0; k < n; ++k)
            sum += x[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)] *
                   x[static_cast<std::size_t>(j)][static_cast<std::size_t>(k)];
        return sum;
    };
    support::VaeState y = support::empty_state(problem);
    for (int a = 0; a < problem.latent; ++a) {
        for (int k = 0; k < problem.signal; ++k) {
            y.m(a, k) = x[static_cast<std::size_t>(a)][static_cast<std::size_t>(k)];
            y.d(a, k) = x[static_cast<std::size_t>(problem.latent + a)][static_cast<std::size_t>(k)];
        }
        for (int b = 0; b < problem.latent; ++b) {
            y.q(a, b) = product(a, b);
            y.e(a, b) = product(problem.latent + a, problem.latent + b);
            y.r(a, b) = product(a, problem.latent + b);
        }
    }
    return {y.value, y.value + y.variance_at(0)};
}

// Smallest p of all order parameters and of their squares' means, Bonferroni-corrected.
double least_p(const VaePayload& drawn, const VaePayload& explicitly) {
    std::mt19937_64 generator(5);
    const int size = support::empty_state(drawn).variance_at(0);
    std::vector<std::vector<double>> a(static_cast<std::size_t>(size)), b(a);
    for (int i = 0; i < members; ++i) {
        const support::VaeState y = support::drawn_start(drawn, 11, static_cast<std::uint64_t>(i));
        const std::vector<double> x = explicit_start(explicitly, generator);
        for (std::size_t k = 0; k < a.size(); ++k) {
            a[k].push_back(y.value[k]);
            b[k].push_back(x[k]);
        }
    }
    double least = 1.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        support::SampleMean first, second;
        for (int i = 0; i < members; ++i) {
            first.add(a[k][static_cast<std::size_t>(i)] * a[k][static_cast<std::size_t>(i)]);
            second.add(b[k][static_cast<std::size_t>(i)] * b[k][static_cast<std::size_t>(i)]);
        }
        const double z = (first.mean() - second.mean()) / std::hypot(first.standard_error(), second.standard_error());
        least =
            std::min({least, std::erfc(std::abs(z) / std::sqrt(2.0)), support::kolmogorov_smirnov(a[k], b[k]).p_value});
    }
    return least * 2.0 * size;
}

TEST(LinearVaeStart, HasTheLawOfExplicitMatrices) {
    const int cases[][3] = {{3, 1, 1}, {5, 2, 1}, {6, 2, 2}, {9, 2, 2}, {30, 3, 2}, {40, 1, 4}};  // N, M, M*
    constexpr double alpha = 1e-3;                                                                // of the six together
    for (const auto& [dimension, latent, signal] : cases) {
        VaePayload problem;
        problem.dimension = dimension;
        problem.latent = latent;
        problem.signal = signal;
        problem.start_scale = 0.7;
        EXPECT_GT(least_p(problem, problem), alpha / 6) << dimension;
        // twin: one dimension more or less
        VaePayload other = problem;
        other.dimension = dimension + (dimension < 10 ? 1 : 4);
        if (dimension < 35) {
            EXPECT_LT(least_p(problem, other), alpha / 6) << dimension;
        }
    }
}

}  // namespace
}  // namespace modecollapse
