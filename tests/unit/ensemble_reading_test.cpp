// Proves: the finite-time reading classifies the state at the horizon as it is, the limit reading the attractor; a
// trajectory that uses up its steps, or is not finite, has failed; single precision flips few outcomes.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "host/mixture/ensemble.hpp"
#include "host/statistics/binomial.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t seed = 20241018;

struct Ensemble {
    OutcomeCounts counts;
    support::Records records;
};

Ensemble run(const GradientFlowPayload& problem, double dimension, std::uint64_t count,
             Precision precision = Precision::double_precision) {
    Ensemble result = {{}, support::Records(count)};
    result.counts = run_trajectories_on_cpu(
        {&problem, precision, seed, dimension, 0, count, nullptr, result.records.pointers()}, {2, best_cpu_isa()});
    return result;
}

MixtureSetup setup_with(std::optional<double> horizon) {
    MixtureSettings settings;
    settings.horizon = horizon;
    return MixtureSetup(support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), settings);
}

// Next to R_inf = 1.3030, where at large d every start is close to the separatrix.
MixtureSetup setup_near_the_separatrix(Precision precision, double tolerance, double radius = 1.3) {
    MixtureSettings settings;
    settings.precision = precision;
    settings.tolerance = tolerance;
    return MixtureSetup(support::problem_of(radius, 2.0 / 3.0, 2.0 / 3.0), settings);
}

std::int64_t flips(const Ensemble& a, const Ensemble& b) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < a.records.outcome.size(); ++i) count += a.records.outcome[i] != b.records.outcome[i];
    return count;
}

// The same class as the state at t = T on a tightly integrated trajectory without traps.
TEST(FiniteTime, ClassifiesTheStateAtTheHorizon) {
    for (const double horizon : {0.7, 3.0, 12.0}) {
        const GradientFlowPayload problem = setup_with(horizon).for_dimension(20.0);
        const Ensemble ensemble = run(problem, 20.0, 2000);
        const GradientFlowPayload fine = support::untrapped(problem.flow, 1.0, horizon, 1e-9, 1e-2);
        const TrajectoryStepper<double> stepper(fine);
        int differ = 0, differ_from_start = 0;
        for (std::uint64_t i = 0; i < 2000; ++i) {
            const State start = support::start_of(i, seed, 20.0);
            Trajectory<double> trajectory = stepper.start(start);
            while (stepper.advance(trajectory).end == TrappingSet::none) {
            }
            const auto found = static_cast<Outcome>(ensemble.records.outcome[i]);
            differ += fine.rule(trajectory.state, problem.flow.weight1) != found;
            differ_from_start += fine.rule(start, problem.flow.weight1) != found;
            EXPECT_LE(ensemble.records.time[i], horizon);
        }
        // a state within the error 1e-6 of the threshold may be read either way: about 1e-6 of the trajectories
        EXPECT_LE(differ, 1) << horizon;
        EXPECT_GT(differ_from_start, 10) << horizon;  // twin: the state at t = 0
    }
}

TEST(FiniteTime, ALongHorizonGivesTheLimit) {
    const Ensemble limit = run(setup_with({}).for_dimension(20.0), 20.0, 20000),
                   late = run(setup_with(1000.0).for_dimension(20.0), 20.0, 20000),
                   early = run(setup_with(1.0).for_dimension(20.0), 20.0, 20000);
    EXPECT_EQ(flips(limit, late), 0);
    EXPECT_GT(flips(limit, early), 1000);  // twin
    EXPECT_GT(early.counts.count[static_cast<int>(Outcome::undecided)], 1000);
    EXPECT_EQ(limit.counts.count[static_cast<int>(Outcome::undecided)], 0);
}

// The limit reading does not classify a state that only ran out of time.
TEST(Limit, AStateAtTheTimeCapIsUndecided) {
    GradientFlowPayload problem = setup_with({}).for_dimension(20.0);
    problem.end_time = 3.0;
    const Ensemble capped = run(problem, 20.0, 2000);
    problem.limit_reading = false;
    const Ensemble finite = run(problem, 20.0, 2000);
    int ran_out = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const double held = problem.traps(capped.records.state(i));
        const Outcome expected =
            held == TrappingSet::none ? Outcome::undecided : static_cast<Outcome>(static_cast<int>(held));
        EXPECT_EQ(static_cast<Outcome>(capped.records.outcome[i]), expected) << i;
        ran_out += expected == Outcome::undecided;
        EXPECT_TRUE(expected != Outcome::undecided || capped.records.time[i] == 3.0) << i;
    }
    EXPECT_GT(ran_out, 100);
    EXPECT_GT(flips(capped, finite), 0);
}

TEST(Failure, StepsUsedUp) {
    GradientFlowPayload problem = setup_with({}).for_dimension(20.0);
    problem.integrator.maximum_steps = 3;
    const Ensemble ensemble = run(problem, 20.0, 1000);
    EXPECT_GT(ensemble.counts.count[static_cast<int>(Outcome::failed)], 900);
    EXPECT_LE(ensemble.counts.attempts, 3 * 1000);
    problem.integrator.maximum_steps = 1e6;
    EXPECT_EQ(run(problem, 20.0, 1000).counts.count[static_cast<int>(Outcome::failed)], 0);
}

TEST(Failure, AStateThatIsNotFinite) {
    GradientFlowPayload problem = setup_with({}).for_dimension(20.0);
    problem.integrator.maximum_steps = 1000;
    const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
    const State starts[] = {{nan, 0.1, 1.0, 0.0},
                            {0.1, nan, 1.0, 0.0},
                            {0.1, 0.1, nan, 0.0},
                            {infinity, 0.1, 1.0, 0.0},
                            {0.1, 0.1, 1.0, 0.0}};
    support::Records records(5);
    run_trajectories_on_cpu({&problem, Precision::double_precision, seed, 20.0, 0, 5, starts, records.pointers()},
                            {1, best_cpu_isa()});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(static_cast<Outcome>(records.outcome[i]), Outcome::failed) << i;
    EXPECT_NE(static_cast<Outcome>(records.outcome[4]),
              Outcome::failed);  // its neighbour in the register is not disturbed
}

// Trajectories within a rounding error of a separatrix flip; their share is small. The bound: the upper Clopper-Pearson
// limit (99.9 %) of the share seen must be below the stated one.
TEST(SinglePrecision, FlipsFewOutcomes) {
    constexpr std::int64_t count = 40000;
    constexpr double stated_share = 1e-3;
    const MixtureSetup exact_setup = setup_near_the_separatrix(Precision::double_precision, default_tolerance);
    const MixtureSetup single_setup = setup_near_the_separatrix(Precision::single_precision, 1e-5);
    for (const double dimension : {2.0, 20.0, 1e6}) {
        const Ensemble exact = run(exact_setup.for_dimension(dimension), dimension, count);
        const Ensemble single =
            run(single_setup.for_dimension(dimension), dimension, count, Precision::single_precision);
        const std::int64_t flipped = flips(exact, single);
        RecordProperty("flips_at_d_" + std::to_string(static_cast<int>(dimension)),
                       std::to_string(flipped) + " of 40000");
        EXPECT_LT(clopper_pearson(flipped, count, 0.999).high, stated_share) << dimension;
        EXPECT_NE(single.records.m1[0], exact.records.m1[0]);  // it is another precision
        EXPECT_EQ(single.counts.count[static_cast<int>(Outcome::failed)], 0) << dimension;
        EXPECT_EQ(single.counts.count[static_cast<int>(Outcome::undecided)], 0) << dimension;
    }
    // twin: a radius off by 1 %
    const MixtureSetup wrong = setup_near_the_separatrix(Precision::double_precision, default_tolerance, 1.313);
    EXPECT_GT(static_cast<double>(flips(run(exact_setup.for_dimension(20.0), 20.0, count),
                                        run(wrong.for_dimension(20.0), 20.0, count))),
              stated_share * count);
}

// The default tolerance against a far smaller one: what the step-size control costs in outcomes.
TEST(Tolerance, TheDefaultFlipsFewOutcomes) {
    constexpr std::int64_t count = 30000;
    const MixtureSetup usual_setup = setup_near_the_separatrix(Precision::double_precision, default_tolerance);
    const MixtureSetup fine_setup = setup_near_the_separatrix(Precision::double_precision, 1e-9);
    for (const double dimension : {2.0, 20.0, 1e6}) {
        const std::int64_t flipped = flips(run(usual_setup.for_dimension(dimension), dimension, count),
                                           run(fine_setup.for_dimension(dimension), dimension, count));
        RecordProperty("flips_at_d_" + std::to_string(static_cast<int>(dimension)),
                       std::to_string(flipped) + " of 30000");
        EXPECT_LT(clopper_pearson(flipped, count, 0.999).high, 5e-4) << dimension;
    }
}

}  // namespace
}  // namespace modecollapse
