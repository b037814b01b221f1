// What a linear VAE has become, on states built by hand, and by what it is measured: classes, invariance under rotations
// of the latent and of the signal space, the encoder's and the exact posterior's divergences at the aligned optimum.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <random>

#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using linear_vae::Ending;
using linear_vae::Outcome;
using linear_vae::Quantities;
using support::VaePayload;
using support::VaeState;

// The aligned optimum at KL weight beta: latent a on direction a of the data, eigenvalue v_a = rho + eta for a < M*, eta
// beyond; s^2 = max(v - beta, L^2, 0), gain s / (s^2 + beta), D = beta / (beta + s^2).
VaeState aligned_optimum(const VaePayload& problem, double beta) {
    VaeState y = support::empty_state(problem);
    for (int a = 0; a < problem.latent; ++a) {
        const bool signal = a < problem.signal;
        const double v = problem.noise_variance + (signal ? problem.signal_variance : 0.0);
        const double constant = problem.inverse_lipschitz * problem.inverse_lipschitz;
        const double squared = std::max({v - beta, constant, 0.0}), s = std::sqrt(squared), gain = s / (squared + beta);
        if (signal) {
            y.m(a, a) = s;
            y.d(a, a) = gain;
        }
        y.q(a, a) = squared;
        y.e(a, a) = gain * gain;
        y.r(a, a) = s * gain;
        y.variance(a) = beta / (beta + squared);
    }
    return y;
}

VaePayload problem_of(int latent, int signal) {
    VaePayload problem;
    problem.latent = latent;
    problem.signal = signal;
    problem.noise_variance = 0.5;
    problem.signal_variance = 1.5;
    return problem;
}

Eigen::MatrixXd random_rotation(int n, std::mt19937& generator) {
    std::normal_distribution<double> normal;
    Eigen::MatrixXd x(n, n);
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) x(i, j) = normal(generator);
    return Eigen::HouseholderQR<Eigen::MatrixXd>(x).householderQ();
}

// The state in other axes of the latent space and of the signal space.
VaeState rotated(const VaeState& y, const Eigen::MatrixXd& latent, const Eigen::MatrixXd& signal) {
    const int n = y.latent(), s = y.signal();
    Eigen::MatrixXd m(n, s), d(n, s), q(n, n), e(n, n), r(n, n);
    for (int a = 0; a < n; ++a) {
        for (int k = 0; k < s; ++k) m(a, k) = y.m(a, k), d(a, k) = y.d(a, k);
        for (int b = 0; b < n; ++b) q(a, b) = y.q(a, b), e(a, b) = y.e(a, b), r(a, b) = y.r(a, b);
    }
    m = latent * m * signal, d = latent * d * signal;
    q = latent * q * latent.transpose(), e = latent * e * latent.transpose(), r = latent * r * latent.transpose();
    VaeState result = y;
    for (int a = 0; a < n; ++a) {
        for (int k = 0; k < s; ++k) result.m(a, k) = m(a, k), result.d(a, k) = d(a, k);
        for (int b = 0; b < n; ++b) result.q(a, b) = q(a, b), result.e(a, b) = e(a, b), result.r(a, b) = r(a, b);
    }
    return result;
}

TEST(LinearVaeOutcome, ClassesOfTheAlignedOptimum) {
    struct Row {
        int latent, signal;
        double beta;
        Outcome outcome;
        int active, captured;
    };
    const Row rows[] = {{1, 1, 1.0, Outcome::recovered, 1, 1},    {1, 1, 2.5, Outcome::collapsed, 0, 0},
                        {3, 2, 1.0, Outcome::recovered, 2, 2},    {3, 2, 0.2, Outcome::superfluous, 3, 2},
                        {2, 4, 1.0, Outcome::recovered, 2, 2},    {16, 16, 1.9, Outcome::recovered, 16, 16},
                        {16, 5, 0.1, Outcome::superfluous, 16, 5}};
    std::mt19937 generator(1);
    for (const Row& row : rows) {
        const VaePayload problem = problem_of(row.latent, row.signal);
        const VaeState y = aligned_optimum(problem, row.beta);
        for (int repeat = 0; repeat < 4; ++repeat) {
            const VaeState seen = repeat == 0 ? y
                                              : rotated(y, random_rotation(row.latent, generator),
                                                        random_rotation(row.signal, generator));
            const Ending end = linear_vae::ending_of(problem, seen);
            EXPECT_EQ(end.outcome, row.outcome) << row.latent << row.signal << row.beta;
            EXPECT_EQ(end.active, row.active);
            EXPECT_EQ(end.captured, row.captured);
            // each captured direction explains rho / (rho + eta) of its factor
            EXPECT_NEAR(end.explained_share, 0.75 * row.captured / row.signal, 1e-12);
        }
    }
}

TEST(LinearVaeOutcome, APartOfTheSignalIsPartial) {
    const VaePayload problem = problem_of(2, 2);
    VaeState y = aligned_optimum(problem, 1.0);
    y.d(1, 1) = y.e(1, 1) = 0.0;
    const Ending end = linear_vae::ending_of(problem, y);
    EXPECT_EQ(end.outcome, Outcome::partial);
    EXPECT_EQ(end.active, 1);
    EXPECT_EQ(end.captured, 1);
}

TEST(LinearVaeOutcome, TheFloorDecidesNotTheCriticalWeight) {
    const VaePayload problem = problem_of(1, 1);  // a = 2: B = 1 - beta/2 crosses .01 at 1.98
    EXPECT_EQ(linear_vae::ending_of(problem, aligned_optimum(problem, 1.979)).outcome, Outcome::recovered);
    EXPECT_EQ(linear_vae::ending_of(problem, aligned_optimum(problem, 1.981)).outcome, Outcome::collapsed);
    // stretched: beta_c(L) = a (1 - f) up to L = sqrt(f a), then L sqrt(a/f) - L^2
    const double expected[][2] = {{.141, 1.98}, {.2, 2.79}, {.3, 4.15}, {.5, 6.82}, {1.0, 13.1}};
    for (const auto& [constant, beta] : expected) {
        VaePayload stretched = problem;
        stretched.inverse_lipschitz = constant;
        const auto outcome = [&](double weight) {
            return linear_vae::ending_of(stretched, aligned_optimum(stretched, weight)).outcome;
        };
        EXPECT_EQ(outcome(beta * 0.995), Outcome::recovered) << constant;
        EXPECT_EQ(outcome(beta * 1.005), Outcome::collapsed) << constant;
        // KL at the stretched end
        const VaeState y = aligned_optimum(stretched, 9.0);
        const double squared = constant * constant, variance = 9.0 / (9.0 + squared);
        const double kl =
            0.5 * (variance + squared * 2.0 / ((squared + 9.0) * (squared + 9.0)) - 1.0 - std::log(variance));
        EXPECT_NEAR(linear_vae::quantities_of(stretched, y, 9.0, 0.0).kl, kl, 1e-14);
    }
}

TEST(LinearVaeOutcome, WhatIsNotSoundHasFailed) {
    const VaePayload problem = problem_of(2, 1);
    for (int i = 0; i < linear_vae::size_of_state(problem); ++i)
        for (const double bad : {std::nan(""), 1.0 / 0.0, -1.0 / 0.0}) {
            VaeState y = aligned_optimum(problem, 1.0);
            y.at(i) = bad;
            EXPECT_EQ(linear_vae::ending_of(problem, y).outcome, Outcome::failed) << i;
        }
    VaeState y = aligned_optimum(problem, 1.0);
    y.variance(1) = 0.0;
    EXPECT_EQ(linear_vae::ending_of(problem, y).outcome, Outcome::failed);
}

// Encoder and exact posterior agree at the optimum; both against the closed form of a direction.
TEST(LinearVaeOutcome, QuantitiesOfTheAlignedOptimum) {
    std::mt19937 generator(2);
    for (const double beta : {0.2, 1.0, 1.9}) {
        const VaePayload problem = problem_of(3, 2);
        const VaeState y =
            rotated(aligned_optimum(problem, beta), Eigen::MatrixXd::Identity(3, 3), random_rotation(2, generator));
        double kl = 0.0, fisher = 0.0;
        for (int a = 0; a < 3; ++a) {
            const double v = a < 2 ? 2.0 : 0.5, squared = std::max(v - beta, 0.0), d = beta / (beta + squared);
            const double mean2 = squared * v / ((squared + beta) * (squared + beta));
            kl += 0.5 * (d + mean2 - 1.0 - std::log(d));
            fisher += mean2 + squared * squared / (beta * (squared + beta));
        }
        const Quantities q = linear_vae::quantities_of(problem, y, beta, 0.75);
        EXPECT_NEAR(q.kl, kl, 1e-12);
        EXPECT_NEAR(q.posterior_kl, kl, 1e-12);
        EXPECT_NEAR(q.posterior_fisher, fisher, 1e-12);
        EXPECT_NEAR(q.share_of_ceiling, 1.0, 1e-12);
        EXPECT_TRUE(std::isnan(q.signal_error));
        // twin: an encoder that has collapsed under the same decoder
        VaeState collapsed = y;
        for (int a = 0; a < 3; ++a) {
            collapsed.variance(a) = 1.0;
            for (int b = 0; b < 3; ++b) collapsed.e(a, b) = 0.0;
            for (int k = 0; k < 2; ++k) collapsed.d(a, k) = 0.0;
        }
        const Quantities other = linear_vae::quantities_of(problem, collapsed, beta, 0.0);
        EXPECT_NEAR(other.kl, 0.0, 1e-12);
        EXPECT_NEAR(other.posterior_kl, kl, 1e-12);
    }
}

}  // namespace
}  // namespace modecollapse
