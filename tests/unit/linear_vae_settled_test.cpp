// The end of the flow of a linear VAE: a long horizon costs nothing once it is reached, and a saddle is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "host/linear_vae/fixed_points.hpp"
#include "host/linear_vae/setup.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using support::VaePayload;
using support::VaeState;

VaePayload problem_of(double beta, int latent, int signal, double constant, double horizon) {
    VaePayload problem;
    problem.kl_weight.end = beta;
    problem.latent = latent;
    problem.signal = signal;
    problem.inverse_lipschitz = constant;
    problem.horizon = horizon;
    problem.dimension = 100;
    return linear_vae::checked(problem);
}

double gram_of(const VaePayload& problem, const double* state) {
    VaeState y = support::empty_state(problem);
    std::copy_n(state, y.size(), y.value);
    double gram = 0.0;
    for (int a = 0; a < problem.latent; ++a) gram += y.q(a, a);
    return gram;
}

struct Case {
    double beta;
    int latent, signal;
    double constant;
};
constexpr Case cases[] = {{1.5, 1, 1, 0}, {2.5, 1, 1, 0}, {100, 1, 1, 0}, {1.975, 1, 1, 0}, {0.5, 1, 3, 0},
                          {0.5, 2, 1, 0}, {1.5, 2, 1, 0}, {0.5, 3, 2, 0}, {4, 1, 1, 0.3},   {4, 2, 1, 0.3}};

TEST(LinearVaeSettled, ALongHorizonCostsNothing) {
    constexpr std::uint64_t members = 8;
    for (const Case& c : cases) {
        const VaePayload problem = problem_of(c.beta, c.latent, c.signal, c.constant, 1e9);
        ASSERT_GT(problem.end.near, 0.0) << c.beta;
        const support::VaeEnsemble long_run = support::run_vaes(problem, 3, 0, members, {2, best_cpu_isa()});
        EXPECT_EQ(long_run.tally.outcome[static_cast<int>(linear_vae::Outcome::failed)], 0) << c.beta;
        EXPECT_LT(static_cast<double>(long_run.tally.attempts), 4000.0 * members) << c.beta << " " << c.latent;
        double gram = 0.0;
        for (const linear_vae::AlignedDirection& one : linear_vae::aligned_optimum(problem)) gram += one.squared;
        const std::size_t size = long_run.state.size() / members;
        for (std::size_t i = 0; i < members; ++i)
            EXPECT_NEAR(gram_of(problem, &long_run.state[i * size]), gram, 10.0 * problem.end.near) << c.beta;
    }
}

// The same end to the integrator's tolerance.
TEST(LinearVaeSettled, ChangesNothingThatTheToleranceKnows) {
    for (const Case& c : cases) {
        if (c.beta == 1.975) continue;  // still on its way at the horizon
        VaePayload problem = problem_of(c.beta, c.latent, c.signal, c.constant, 500.0);
        const auto with = support::run_vaes(problem, 3, 0, 8, {2, best_cpu_isa()});
        problem.end.near = 0.0;
        const auto without = support::run_vaes(problem, 3, 0, 8, {2, best_cpu_isa()});
        EXPECT_LT(with.tally.attempts, without.tally.attempts) << c.beta << " " << c.latent;
        EXPECT_TRUE(std::equal(std::begin(with.tally.outcome), std::end(with.tally.outcome),
                               std::begin(without.tally.outcome)));
        for (std::size_t i = 0; i < 8; ++i) {
            EXPECT_NEAR(with.quantities[i].kl, without.quantities[i].kl, 1e-6) << c.beta << " " << c.latent;
            EXPECT_NEAR(with.quantities[i].posterior_fisher, without.quantities[i].posterior_fisher, 4e-6) << c.beta;
        }
    }
}

TEST(LinearVaeSettled, ASaddleIsNoEnd) {
    const VaePayload problem = problem_of(1.5, 1, 1, 0, 1e3);
    const linear_vae::Settled<VaeState::Shape> settled(problem);
    const VaeState plateau = support::empty_state(problem), still = [&] {
        VaeState rate = plateau;
        for (int i = 0; i < rate.size(); ++i) rate.at(i) = 0.0;
        return rate;
    }();
    EXPECT_FALSE(settled(plateau, still, 10.0, 10.0));
    const double s = std::sqrt(0.5), gain = s / 2.0;
    VaeState end = support::simple_state(s, gain, 0.5, gain * gain, s * gain, 0.75);
    EXPECT_TRUE(settled(end, still, 10.0, 10.0));
    EXPECT_NEAR(linear_vae::loss_of(problem, end, 1.5), problem.end.loss, 1e-14);
    end.m(0, 0) = 0.0;  // noise in the place of the signal
    EXPECT_FALSE(settled(end, still, 10.0, 10.0));
    // a KL weight that still rises, or that belongs to another end
    VaePayload rising = problem;
    rising.kl_weight.annealing = linear_vae::Annealing::tanh;
    rising.kl_weight.time = 5.0;
    end.m(0, 0) = s;
    EXPECT_FALSE(linear_vae::Settled<VaeState::Shape>(rising)(end, still, 10.0, 10.0));
    EXPECT_TRUE(linear_vae::Settled<VaeState::Shape>(rising)(end, still, 101.0, 10.0));
    rising.kl_weight.end = 1.4;
    EXPECT_FALSE(linear_vae::Settled<VaeState::Shape>(rising)(end, still, 101.0, 10.0));
}

// No end is known where there is none in closed form, or where another one is as good.
TEST(LinearVaeSettled, KnowsNoEndBesideABifurcation) {
    EXPECT_EQ(problem_of(2.0005, 1, 1, 0, 1e9).end.near, 0.0);
    EXPECT_EQ(problem_of(1.0, 2, 1, 0, 1e9).end.near, 0.0);
    EXPECT_EQ(problem_of(3.0, 1, 1, 1e-3, 1e9).end.near, 0.0);
    VaePayload noisy = problem_of(1.5, 1, 1, 0, 1e9);
    noisy.dynamics = linear_vae::Dynamics::flow_noise;
    EXPECT_EQ(linear_vae::stable_end(noisy).near, 0.0);
    noisy.dynamics = linear_vae::Dynamics::flow;
    noisy.weight_decay = 0.1;
    EXPECT_EQ(linear_vae::stable_end(noisy).near, 0.0);
}

}  // namespace
}  // namespace modecollapse
