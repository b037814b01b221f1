// Proves: a raise of beta keeps the effective sample size asked for, measured on samples of q in ten dimensions; beta
// rises at the stated times to 1, within the number of raises that is promised; the rest of the flow follows it; what
// cannot be is refused.
#include "modecollapse/mixture/adaptive_tempering.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/expectation/adaptive_tables.hpp"
#include "host/mixture/ensemble.hpp"
#include "kernels/lanes/pack.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

using Stepper = TrajectoryStepper<double, FieldProgram::general>;

// ESS of `count` samples of q in dimension 10 under the weights of the header, in d dimensions and with nothing but
// their definition. Batches give the standard error.
struct MeasuredShare {
    double mean, error;
};

MeasuredShare measured_share(double radius, double target_weight, double weight1, double m1, double m2, double x) {
    constexpr int dimension = 10, batches = 40, size = 20000;
    std::mt19937_64 generator(11);
    std::normal_distribution<double> normal;
    const double h = half_log_odds(target_weight);
    std::vector<double> shares;
    for (int b = 0; b < batches; ++b) {
        double sum = 0.0, squares = 0.0;
        for (int i = 0; i < size; ++i) {
            const double m = std::generate_canonical<double, 53>(generator) < weight1 ? m1 : m2;
            // mu* = R e1, mu_i = R (m e1 + sqrt(1 - m^2) e2)
            double sample[dimension];
            for (double& z : sample) z = normal(generator);
            sample[0] += radius * m;
            sample[1] += radius * std::sqrt(1.0 - m * m);
            const double w = std::pow(std::cosh(radius * sample[0] + h), x);
            sum += w;
            squares += w * w;
        }
        shares.push_back(sum * sum / (size * squares));
    }
    double mean = 0.0, variance = 0.0;
    for (const double share : shares) mean += share / batches;
    for (const double share : shares) variance += (share - mean) * (share - mean) / (batches - 1.0);
    return {mean, std::sqrt(variance / batches)};
}

TEST(AdaptiveAnnealing, TheShareIsThatOfSamples) {
    struct Case {
        double radius, target_weight, weight1, m1, m2, x;
    };
    for (const Case& c : {Case{1.0, 0.5, 0.5, 0.1, -0.2, 0.6}, Case{3.0, 0.8, 0.5, 0.0, 0.0, 0.15},
                          Case{2.0, 0.3, 0.9, 0.95, -0.9, 0.2}, Case{2.0, 2.0 / 3.0, 0.4, 0.0, 1.0, 0.1}}) {
        const AdaptiveTables tables(c.radius, c.target_weight, 0.5);
        const Weights<double> weights = {c.weight1, 1.0 - c.weight1};
        const MeasuredShare measured = measured_share(c.radius, c.target_weight, c.weight1, c.m1, c.m2, c.x);
        const double share = tables.schedule.effective_share(c.x, weights, c.m1, c.m2);
        EXPECT_NEAR(share, measured.mean, 5.0 * measured.error) << "R = " << c.radius;
        const double twin =
            tables.schedule.effective_share(1.05 * c.x, weights, c.m1, c.m2);  // a raise that is 5 % longer
        EXPECT_GT(std::fabs(twin - measured.mean), 5.0 * measured.error) << "R = " << c.radius;
    }
}

TEST(AdaptiveAnnealing, ARaiseLeavesTheShareAskedFor) {
    for (const double radius : {0.01, 1.0, 3.0, 10.0})
        for (const double target : {0.001, 0.5, 0.999})
            for (const double m1 : {-1.0, -0.2, 0.0, 0.6, 1.0})
                for (const double m2 : {-0.9, 0.0, 1.0})
                    for (const double w1 : {1e-8, 0.3, 1.0}) {
                        const AdaptiveTables tables(radius, 0.7, target);
                        const double beta = 1e-3,
                                     next = tables.schedule.raised(beta, Weights<double>{w1, 1.0 - w1}, m1, m2);
                        const double share =
                            tables.schedule.effective_share(next - beta, Weights<double>{w1, 1.0 - w1}, m1, m2);
                        ASSERT_GT(next, beta);
                        ASSERT_LE(next, 1.0);
                        if (next < 1.0)
                            EXPECT_NEAR(share, target, 1e-6) << radius << " " << m1 << " " << m2 << " " << w1;
                        else
                            EXPECT_GE(share, target - 1e-6);
                    }
}

// A lane gets what it gets alone, to the last bit, however long its neighbours take to converge.
TEST(AdaptiveAnnealing, ALaneDoesNotDependOnItsNeighbours) {
    using Two = Pack<double, 2>;  // 16 bytes: what every processor of this architecture passes in registers
    std::mt19937_64 generator(6);
    std::uniform_real_distribution<double> overlap(-1.0, 1.0), share(0.0, 1.0);
    const AdaptiveTables tables(3.0, 0.7, 0.5);
    for (int i = 0; i < 1000; ++i) {
        double m1[2], m2[2], w1[2], w2[2], beta[2], together[2];
        for (int l = 0; l < 2; ++l) {
            m1[l] = overlap(generator), m2[l] = overlap(generator);
            w1[l] = share(generator), w2[l] = 1.0 - w1[l];
            beta[l] = share(generator);
        }
        store(tables.schedule.raised(load<Two>(beta), Weights<Two>{load<Two>(w1), load<Two>(w2)}, load<Two>(m1),
                                     load<Two>(m2)),
              together);
        for (int l = 0; l < 2; ++l)
            ASSERT_EQ(together[l], tables.schedule.raised(beta[l], Weights<double>{w1[l], w2[l]}, m1[l], m2[l]))
                << i << " " << l;
    }
}

TEST(AdaptiveAnnealing, NoRaiseIsSmallerThanPromised) {
    std::mt19937_64 generator(5);
    std::uniform_real_distribution<double> overlap(-1.0, 1.0), share(0.0, 1.0);
    for (const double radius : {0.5, 1.5, 3.0, 6.0})
        for (const double target_weight : {0.5, 0.9}) {
            Problem problem = support::problem_of(radius, target_weight, 0.5);
            problem.annealing = {Schedule::adaptive, 1e6, 1.0, 0.5};
            const AdaptiveTables tables(radius, target_weight, 0.5);
            double smallest = 1.0;
            for (int i = 0; i < 1500; ++i) {
                const double w1 = share(generator);
                const double m1 = i % 2 ? overlap(generator) : 1.0, m2 = i % 3 ? overlap(generator) : 0.0;
                smallest = std::min(smallest, tables.schedule.raised(0.0, Weights<double>{w1, 1.0 - w1}, m1, m2));
            }
            EXPECT_LE(std::ceil(1.0 / smallest), most_raises(problem)) << "R = " << radius;
            EXPECT_GT(4.0 * std::ceil(1.0 / smallest), most_raises(problem))
                << "R = " << radius;  // and the promise is not idle
        }
}

// beta along one trajectory: constant between the multiples of t0, raised there as far as the state then allows.
TEST(AdaptiveAnnealing, BetaRisesAtTheStatedTimes) {
    for (const WeightGeometry geometry : {WeightGeometry::fixed, WeightGeometry::softmax, WeightGeometry::simplex}) {
        Problem problem = support::problem_of(2.5, 0.7, 0.5);
        problem.weights = geometry;
        problem.annealing = {Schedule::adaptive, 50.0, 1.5, 0.6};
        MixtureSettings settings;
        settings.horizon = 100.0;
        const MixtureSetup setup(problem, settings);
        GradientFlowPayload payload = setup.for_dimension(50.0);
        payload.traps.box_count = payload.traps.ellipsoid_count = 0;
        const Stepper stepper(payload);
        Trajectory<double> trajectory = stepper.start({0.1, -0.05, 1.1, start_coordinate(problem)});
        EXPECT_DOUBLE_EQ(trajectory.beta, 0.02);
        int raises = 0;
        for (;;) {
            const Trajectory<double> before = trajectory;
            const Advance<double> advance = stepper.advance(trajectory);
            ASSERT_EQ(stepper.beta_at(before, before.time), before.beta);
            if (trajectory.beta != before.beta) {
                ++raises;
                EXPECT_NEAR(trajectory.time, 1.5 * raises, 1e-12);
                const double w1 = weight1_of(payload, trajectory.state);
                const double expected = payload.adaptive.raised(before.beta, Weights<double>{w1, 1.0 - w1},
                                                                trajectory.state.m1, trajectory.state.m2);
                EXPECT_NEAR(trajectory.beta, expected, 1e-12);
                // the rate is that of the new beta
                const double m1_rate = payload.flow.general(trajectory.state, trajectory.beta).m1;
                EXPECT_EQ(trajectory.rate.m1, m1_rate);
                EXPECT_NE(payload.flow.general(trajectory.state, before.beta).m1, m1_rate);  // twin
            }
            if (advance.end != TrappingSet::none) break;
        }
        EXPECT_EQ(trajectory.beta, 1.0);
        EXPECT_GT(raises, 2);
        EXPECT_LE(raises, most_raises(problem));
    }
}

OutcomeCounts counts_of(const Problem& problem, const char* isa, int threads) {
    MixtureSettings settings;
    const MixtureSetup setup(problem, settings);
    const GradientFlowPayload payload = setup.for_dimension(200.0);
    return run_trajectories_on_cpu({&payload, Precision::double_precision, 5, 200.0, 0, 3000, nullptr, {}},
                                   {threads, isa});
}

TEST(AdaptiveAnnealing, CountsAreTheSameForThreadsAndInstructionSets) {
    Problem problem = support::problem_of(2.0, 0.5, 0.5);
    problem.annealing = {Schedule::adaptive, 20.0, 3.0, 0.9};
    const OutcomeCounts reference = counts_of(problem, "baseline", 1);
    for (const int threads : {1, 2, 3}) {
        const OutcomeCounts other = counts_of(problem, best_cpu_isa(), threads);
        for (int i = 0; i < outcome_count; ++i) EXPECT_EQ(other.count[i], reference.count[i]);
        EXPECT_EQ(other.attempts, reference.attempts);
    }
    // slow enough, it prevents collapse as the other schedules do
    const std::int64_t fast = collapsed_of(reference);
    problem.annealing.time = 20.0;
    problem.annealing.target_ess = 0.99;
    EXPECT_LT(2 * collapsed_of(counts_of(problem, best_cpu_isa(), 2)), fast);
}

TEST(AdaptiveAnnealing, WhatCannotBeIsRefused) {
    Problem problem = support::problem_of(2.0, 0.5, 0.5);
    problem.annealing = {Schedule::adaptive, 20.0, 3.0, 0.5};
    MixtureSettings settings;
    EXPECT_NO_THROW(require_runnable(problem, settings));
    settings.precision = Precision::single_precision;
    settings.tolerance = 1e-4;
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    settings = {};
    settings.sampled.dynamics = Dynamics::sgd;
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    settings = {};
    settings.horizon = most_raises(problem) * 3.0 - 1.0;
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    settings.horizon = most_raises(problem) * 3.0;
    EXPECT_NO_THROW(require_runnable(problem, settings));
    for (const double target : {0.0, 1.0, -0.5}) {
        problem.annealing.target_ess = target;
        EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    }
}

}  // namespace
}  // namespace modecollapse
