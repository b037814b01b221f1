// Proves: the linearly implicit step is of order 5 and its estimate of order 4, with the field's own Jacobian; it stays
// stable where the weight is stiff; and trajectories that take it end alike at every tolerance.
#include "modecollapse/gradient_flow/rosenbrock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "host/mixture/ensemble.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "tests/support/convergence_order.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

using Stepper = TrajectoryStepper<double, FieldProgram::general>;

MixtureSetup simplex_setup(double radius, double tolerance) {
    Problem problem = support::problem_of(radius, 2.0 / 3.0, 0.5);
    problem.weights = WeightGeometry::simplex;
    MixtureSettings settings;
    settings.tolerance = tolerance;
    return MixtureSetup(problem, settings);
}

double distance(const State& a, const State& b) {
    return std::max(
        {std::fabs(a.m1 - b.m1), std::fabs(a.m2 - b.m2), std::fabs(a.u - b.u), std::fabs(a.weight - b.weight)});
}

// Where steps of one size lead in 2 time units. spoil: added to the fifth stage's share of the solution, wrong on
// purpose.
State fixed_steps(const GradientFlow& flow, int steps, double spoil) {
    const auto field = [&](const auto& y, const auto&) { return flow.general(y, decltype(y.m1)(1.0)); };
    const double h = 2.0 / steps;
    State y = {0.3, -0.2, 0.9, 0.4};
    for (int i = 0; i < steps; ++i) {
        const StepAttempt<double> step = attempt_stiff_step(field, y, field(y, 0.0), h);
        y = {step.state.m1 + spoil * step.error.m1, step.state.m2 + spoil * step.error.m2,
             step.state.u + spoil * step.error.u, step.state.weight + spoil * step.error.weight};
    }
    return y;
}

TEST(Rosenbrock, OrderOfTheStep) {
    const MixtureSetup setup = simplex_setup(1.5, 1e-6);
    const GradientFlow& flow = setup.base().flow;
    const auto order = [&](double spoil) {
        const State exact = fixed_steps(flow, 512, 0.0);
        std::vector<double> h, error;
        for (const int steps : {8, 16, 32}) {
            h.push_back(1.0 / steps);
            error.push_back(distance(fixed_steps(flow, steps, spoil), exact));
        }
        return support::order_of(h, error);
    };
    EXPECT_NEAR(order(0.0), 5.0, 0.5);
    EXPECT_NEAR(order(-1.0), 4.0, 0.5);  // twin: the embedded solution
}

// A field of time alone: the step is a quadrature, exact to its fourth power.
TEST(Rosenbrock, EveryStageIsEvaluatedAtItsTime) {
    const double begin = 0.3, h = 0.7;
    for (int power = 0; power <= 4; ++power) {
        const auto field = [&](const auto& y, const auto& share) {
            using Value = std::decay_t<decltype(y.m1)>;
            Value rate = Value(1.0);
            for (int i = 0; i < power; ++i) rate = rate * (Value(begin) + Value(h) * Value(share));
            return OrderParameters<Value>{rate, -rate, rate + rate, Value(0.0)};
        };
        const State zero = {0.0, 0.0, 0.0, 0.0};
        const State end = attempt_stiff_step(field, zero, field(zero, 0.0), h).state;
        const double exact = (std::pow(begin + h, power + 1) - std::pow(begin, power + 1)) / (power + 1);
        EXPECT_NEAR(end.m1, exact, 1e-12) << power;
        EXPECT_NEAR(end.m2, -exact, 1e-12) << power;
        EXPECT_NEAR(end.u, 2.0 * exact, 1e-12) << power;
    }
}

// dm/dt = t m: time and state together, m(2) = e^2 from 1.
TEST(Rosenbrock, OrderOfTheStepInTime) {
    std::vector<double> h, error;
    for (const int steps : {8, 16, 32}) {
        const double size = 2.0 / steps;
        State y = {1.0, 0.0, 0.0, 0.0};
        for (int i = 0; i < steps; ++i) {
            const auto field = [&](const auto& at, const auto& share) {
                using Value = std::decay_t<decltype(at.m1)>;
                const Value rate = (Value(i * size) + Value(size) * Value(share)) * at.m1;
                return OrderParameters<Value>{rate, Value(0.0), Value(0.0), Value(0.0)};
            };
            y = attempt_stiff_step(field, y, field(y, 0.0), size).state;
        }
        h.push_back(size);
        error.push_back(std::fabs(y.m1 - std::exp(2.0)));
    }
    EXPECT_NEAR(support::order_of(h, error), 5.0, 0.5);
}

// A light component's weight relaxes within a tenth of a time unit or less; a step of 1 keeps it where it rests, an
// explicit one throws it out.
TEST(Rosenbrock, AStiffWeightStaysAtRest) {
    const MixtureSetup setup = simplex_setup(2.5, 1e-6);
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    bool seen = false;
    for (std::uint64_t id = 0; id < 200 && !seen; ++id) {
        State start = support::start_of(id, 1, 100.0);
        start.weight = problem.start_weight;
        const Stepper stepper(problem);
        Trajectory<double> trajectory = stepper.start(start);
        double end = TrappingSet::none;
        while (end == TrappingSet::none && trajectory.time < 100.0) end = stepper.advance(trajectory).end;
        const LightWeight<double> at_rest = trajectory.light;
        if (end != TrappingSet::none || at_rest.stiff != 1.0 || at_rest.decay < 30.0) continue;
        if (std::fabs(at_rest.rate) > 0.005 * at_rest.value) continue;  // the means move on
        seen = true;
        const SimplexSteps<double> simplex(problem);
        const auto beta = [](const auto& node) { return std::decay_t<decltype(node)>(1.0); };
        LightWeight<double> light = trajectory.light;
        const SimplexSteps<double>::StiffField<decltype(beta)> field = {simplex, beta, light};
        const State from = simplex.carried(trajectory);
        const StepAttempt<double> step = attempt_stiff_step(field, from, simplex.carried_rate(trajectory), 1.0);
        EXPECT_LT(distance(step.state, from), 0.01);
        State twin = trajectory.state;
        const auto explicit_field = [&](const State& y, double = 0.0) { return problem.flow.general(y, 1.0); };
        for (int i = 0; i < 3; ++i)
            twin = attempt_step<FieldProgram::general>(explicit_field, twin, explicit_field(twin), 1.0).state;
        EXPECT_FALSE(distance(twin, trajectory.state) < 0.05);
    }
    EXPECT_TRUE(seen);
}

// A coarse and a fine tolerance: the same ends, in steps that do not run away.
TEST(Rosenbrock, TrajectoriesEndAlikeAtEveryTolerance) {
    constexpr std::uint64_t count = 60;
    const MixtureSetup coarse = simplex_setup(2.5, 1e-6), fine = simplex_setup(2.5, 1e-10);
    const GradientFlowPayload implicit_steps = coarse.for_dimension(100.0), explicit_steps = fine.for_dimension(100.0);
    support::Records one(count), other(count);
    const auto run = [&](const GradientFlowPayload& problem, support::Records& records) {
        return run_trajectories_on_cpu(
                   {&problem, Precision::double_precision, 4, 100.0, 0, count, nullptr, records.pointers()},
                   {2, best_cpu_isa()})
            .attempts;
    };
    const std::int64_t few = run(implicit_steps, one), many = run(explicit_steps, other);
    EXPECT_EQ(one.outcome, other.outcome);
    for (std::uint64_t i = 0; i < count; ++i) {
        // the others stop in a box, wherever a step leads into it
        if (!is_collapse(static_cast<Outcome>(one.outcome[i]))) continue;
        const State a = {one.m1[i], one.m2[i], one.u[i], one.weight[i]},
                    b = {other.m1[i], other.m2[i], other.u[i], other.weight[i]};
        EXPECT_LT(distance(a, b), 1e-4) << i;
    }
    EXPECT_LT(few, many);
    EXPECT_LT(many, static_cast<std::int64_t>(20000 * count));
}

}  // namespace
}  // namespace modecollapse
