// Proves: the schedules are those of PHYSICS section 4, rise to 1 and end where annealing_end says; T0 = 1 is the
// untempered flow to the last bit, and t0 -> 0 tends to it; the integration does not depend on how its steps fall on
// the schedule; what cannot be is refused.
#include "modecollapse/target/tempering.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "host/mixture/ensemble.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

const std::vector<Schedule> schedules = {Schedule::exponential_temperature, Schedule::exponential_beta,
                                         Schedule::linear, Schedule::geometric};

double formula(Schedule schedule, double temperature, double time, double t) {
    const double beta = 1.0 / temperature;
    switch (schedule) {
        case Schedule::exponential_temperature:
            return 1.0 / (1.0 + (temperature - 1.0) * std::exp(-t / time));
        case Schedule::exponential_beta:
            return 1.0 - (1.0 - beta) * std::exp(-t / time);
        case Schedule::linear:
            return t >= time ? 1.0 : beta + (1.0 - beta) * t / time;
        default:
            return t >= time ? 1.0 : std::pow(beta, 1.0 - t / time);
    }
}

TEST(Annealing, SchedulesAreThoseOfTheSpecification) {
    for (const Schedule schedule : schedules)
        for (const double temperature : {1.5, 4.0, 1000.0})
            for (const double time : {0.3, 20.0}) {
                const Annealing annealing = {schedule, temperature, time};
                const double end = annealing_end(annealing);
                EXPECT_NEAR(inverse_temperature(annealing, end, 0.0), 1.0 / temperature, 1e-14);
                for (int i = 0; i <= 100; ++i) {
                    const double t = 1.2 * end * i / 100.0, beta = inverse_temperature(annealing, end, t);
                    EXPECT_NEAR(beta, formula(schedule, temperature, time, t), 1.01e-6);
                    EXPECT_NEAR(beta, t < end ? formula(schedule, temperature, time, t) : 1.0, 1e-14);
                }
                // the end is where 1 - beta falls to 1e-6, not earlier
                EXPECT_NEAR(1.0 - formula(schedule, temperature, time, end), 1e-6, 1e-11);
                EXPECT_GT(1.0 - formula(schedule, temperature, time, 0.99 * end), 1e-6);
            }
    EXPECT_EQ(annealing_end(Annealing{Schedule::linear, 1.0, 5.0}), 0.0);
    EXPECT_EQ(annealing_end(Annealing{}), 0.0);
}

OutcomeCounts counts_of(const Problem& problem, double dimension, const MixtureSettings& settings = {},
                        std::uint64_t count = 4000) {
    const MixtureSetup setup(problem, settings);
    const GradientFlowPayload payload = setup.for_dimension(dimension);
    return run_trajectories_on_cpu({&payload, Precision::double_precision, 5, dimension, 0, count, nullptr, {}},
                                   {2, best_cpu_isa()});
}

std::int64_t different(const OutcomeCounts& a, const OutcomeCounts& b) {
    std::int64_t sum = 0;
    for (int i = 0; i < outcome_count; ++i) sum += std::abs(a.count[i] - b.count[i]);
    return sum;
}

TEST(Annealing, TemperatureOneIsTheUntemperedFlow) {
    Problem problem = support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0);
    const OutcomeCounts plain = counts_of(problem, 30.0);
    for (const Schedule schedule : schedules) {
        problem.annealing = {schedule, 1.0, 7.0};
        const OutcomeCounts same = counts_of(problem, 30.0);
        EXPECT_EQ(different(plain, same), 0);
        EXPECT_EQ(plain.attempts, same.attempts);
    }
    problem.annealing = {Schedule::linear, 3.0, 7.0};  // twin
    EXPECT_NE(different(plain, counts_of(problem, 30.0)), 0);
}

TEST(Annealing, ShortSchedulesTendToTheUntemperedFlow) {
    Problem problem = support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0);
    const OutcomeCounts plain = counts_of(problem, 30.0);
    for (const Schedule schedule : schedules) {
        std::vector<std::int64_t> distance;
        for (const double time : {1.0, 0.1, 1e-6}) {
            problem.annealing = {schedule, 3.0, time};
            distance.push_back(different(plain, counts_of(problem, 30.0)));
        }
        EXPECT_GT(distance[0], distance[1]);
        EXPECT_GT(distance[0], 0);
        EXPECT_LE(distance[2], 2);
    }
}

// The state at the horizon with tolerances 1e-6 and 1e-11: what is left is the error of the first, kinks of the
// schedule included.
TEST(Annealing, TheIntegrationFollowsTheSchedule) {
    for (const Schedule schedule : schedules) {
        Problem problem = support::problem_of(1.4, 0.6, 0.6);
        problem.annealing = {schedule, 6.0, 3.0};
        State ends[2];
        for (const int fine : {0, 1}) {
            MixtureSettings settings;
            settings.tolerance = fine ? 1e-11 : 1e-6;
            settings.horizon = 60.0;
            const MixtureSetup setup(problem, settings);
            GradientFlowPayload run = setup.for_dimension(100.0);
            run.traps.box_count = 0;
            run.end_time = annealing_end(problem.annealing) + 2.0;
            const TrajectoryStepper<double, FieldProgram::general> stepper(run);
            Trajectory<double> trajectory = stepper.start({0.04, -0.03, 0.95, 0.0});
            while (stepper.advance(trajectory).end == TrappingSet::none) {
            }
            ends[fine] = trajectory.state;
        }
        EXPECT_NEAR(ends[0].m1, ends[1].m1, 1e-4);
        EXPECT_NEAR(ends[0].m2, ends[1].m2, 1e-4);
        EXPECT_NEAR(ends[0].u, ends[1].u, 1e-4);
    }
}

// Slow annealing lets the means separate before they feel the target: collapse becomes rare ([F26]).
TEST(Annealing, SlowAnnealingPreventsCollapse) {
    Problem problem = support::problem_of(2.0, 0.5, 0.5);
    const std::int64_t plain = collapsed_of(counts_of(problem, 1000.0));
    problem.annealing = {Schedule::exponential_temperature, 20.0, 10.0};
    EXPECT_LT(2 * collapsed_of(counts_of(problem, 1000.0)), plain);
    EXPECT_GT(plain, 500);
}

TEST(Annealing, WhatCannotBeIsRefused) {
    Problem problem = support::problem_of(1.5, 0.5, 0.5);
    MixtureSettings settings;
    settings.horizon = 20.0;
    problem.annealing = {Schedule::exponential_temperature, 4.0, 2.0};  // reaches 1 at t = 29.8
    try {
        require_runnable(problem, settings);
        FAIL();
    } catch (const std::domain_error& error) {
        EXPECT_NE(std::string(error.what()).find("at least 30"), std::string::npos) << error.what();
    }
    settings.horizon = 30.0;
    EXPECT_NO_THROW(require_runnable(problem, settings));
    problem.annealing.initial_temperature = 0.5;
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    problem.annealing = {Schedule::linear, 2.0, 0.0};
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
    problem.annealing = {};
    problem.beta = 0.5;
    EXPECT_NO_THROW(require_runnable(problem, settings));
    settings.horizon.reset();
    EXPECT_THROW(require_runnable(problem, settings), std::domain_error);
}

}  // namespace
}  // namespace modecollapse
