// Proves, for every geometry of trainable weights: the rate of the weight is the derivative of the objective in that
// geometry; the objective does not increase along the flow at constant beta; exchanging the components exchanges the
// trajectories; and on the simplex the weight stops at its edge and leaves it again as a run with tiny steps says.
#include <gtest/gtest.h>

#include <vector>

#include "host/mixture/ensemble.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/objective.hpp"

namespace modecollapse {
namespace {

using Stepper = TrajectoryStepper<double, FieldProgram::general>;

Problem trainable(double radius, double target_weight, double weight, WeightGeometry geometry, double beta = 1.0) {
    Problem problem = support::problem_of(radius, target_weight, weight, beta);
    problem.weights = geometry;
    return problem;
}

class Geometry : public testing::TestWithParam<WeightGeometry> {};

INSTANTIATE_TEST_SUITE_P(All, Geometry,
                         testing::Values(WeightGeometry::softmax, WeightGeometry::simplex, WeightGeometry::fisher_rao),
                         [](const auto& info) {
                             return info.param == WeightGeometry::fisher_rao
                                        ? std::string("fisher_rao")
                                        : weight_geometry_names[static_cast<int>(info.param)];
                         });

// d coordinate / dt by the geometry's own definition, from the derivative D of F along w1 by central differences:
//   softmax:    w_i = exp(a_i)/sum, da_i/dt = -dF/da_i = -+ w1 w2 D, lambda = a1 - a2
//   Fisher-Rao: metric 1/(w1 w2) on w1, lambda' = w1'/(w1 w2)
//   simplex:    the gradient (dF/dw1, dF/dw2) projected on w1 + w2 = 1
double rate_by_differences(const Problem& problem, const State& y, double w1) {
    const support::Objective objective(problem);
    const double h = 1e-4 * std::min(w1, 1.0 - w1), w2 = 1.0 - w1;
    const double derivative = (objective(y, w1 + h) - objective(y, w1 - h)) / (2.0 * h);
    switch (problem.weights) {
        case WeightGeometry::softmax:
            return -w1 * w2 * derivative - w1 * w2 * derivative;
        case WeightGeometry::fisher_rao:
            return -(w1 * w2 * derivative) / (w1 * w2);
        default:
            return -0.5 * derivative;
    }
}

TEST_P(Geometry, TheRateIsTheDerivativeOfTheObjective) {
    for (const double beta : {1.0, 0.4}) {
        const Problem problem = trainable(1.6, 0.7, 0.5, GetParam(), beta);
        MixtureSettings settings;
        settings.horizon = 10.0;
        const MixtureSetup setup(problem, settings);
        for (const double w1 : {0.02, 0.3, 0.5, 0.97})
            for (const State& at : {State{0.3, -0.2, 0.9, 0.0}, {0.9, 0.85, 0.05, 0.0}, {-0.7, 0.6, 1.8, 0.0}}) {
                State y = at;
                y.weight = weight_coordinate(GetParam(), w1);
                const double rate = setup.base().flow.general(y, beta).weight,
                             expected = rate_by_differences(problem, y, w1);
                EXPECT_NEAR(rate, expected, 1e-6 * std::max(0.1, std::fabs(expected))) << w1;
                EXPECT_GT(std::fabs(setup.base().flow.general(y, 1.02 * beta).weight - expected),
                          1e-6);  // twin: target 2 % too strong
            }
    }
}

// Means: the same field as with fixed weights of that value.
TEST_P(Geometry, TheMeansMoveAsWithFixedWeights) {
    const Problem problem = trainable(1.6, 0.7, 0.5, GetParam());
    const MixtureSetup setup(problem, {});
    for (const double w1 : {0.02, 0.3, 0.97}) {
        const GradientFlow fixed = support::flow_of(support::problem_of(1.6, 0.7, w1));
        State y = {0.3, -0.2, 0.9, weight_coordinate(GetParam(), w1)};
        const State rate = setup.base().flow.general(y, 1.0), expected = fixed(y, 1.0);
        EXPECT_NEAR(rate.m1, expected.m1, 5e-9);
        EXPECT_NEAR(rate.m2, expected.m2, 5e-9);
        EXPECT_NEAR(rate.u, expected.u, 5e-9);
        y.weight = weight_coordinate(GetParam(), 1.02 * w1);  // twin
        EXPECT_GT(std::fabs(setup.base().flow.general(y, 1.0).m1 - expected.m1), 1e-6);
    }
}

struct Visit {
    State state;
    double w1;
};

std::vector<Visit> steps_of(const GradientFlowPayload& problem, State start) {
    start.weight = problem.start_weight;
    const Stepper stepper(problem);
    Trajectory<double> trajectory = stepper.start(start);
    std::vector<Visit> visits = {{start, weight1_of(problem, start)}};
    for (double end = TrappingSet::none; end == TrappingSet::none;) {
        const Advance<double> advance = stepper.advance(trajectory);
        if (advance.accepted) visits.push_back({trajectory.state, weight1_of(problem, trajectory.state)});
        end = advance.end;
    }
    return visits;
}

TEST_P(Geometry, TheObjectiveDoesNotIncrease) {
    constexpr double tolerance = 1e-8;
    for (const double beta : {1.0, 0.5})
        for (const double radius : {0.8, 1.6, 2.6}) {
            const Problem problem = trainable(radius, 0.7, 0.4, GetParam(), beta);
            const support::Objective objective(problem);
            MixtureSettings settings;
            settings.horizon = 20.0;
            settings.tolerance = tolerance;
            const MixtureSetup setup(problem, settings);
            GradientFlowPayload run = setup.for_dimension(4.0);
            run.traps.box_count = 0;
            GradientFlowPayload wrong = run;  // twin: the weights flee from the target
            for (double& a : wrong.flow.log_target.odd) a = -3.0 * a;
            for (double& a : wrong.flow.log_target.even) a = -3.0 * a;
            double rise = -1.0, wrong_rise = -1.0, drop = 0.0;
            for (std::uint64_t id = 0; id < 4; ++id)
                for (const bool twin : {false, true}) {
                    const std::vector<Visit> visits = steps_of(twin ? wrong : run, support::start_of(id, 12, 4.0));
                    double before = 0.0, first = 0.0;
                    for (std::size_t i = 0; i < visits.size(); i += 1) {
                        const double value = objective(visits[i].state, visits[i].w1);
                        if (i == 0) first = value;
                        if (i > 0) (twin ? wrong_rise : rise) = std::max(twin ? wrong_rise : rise, value - before);
                        before = value;
                    }
                    if (!twin) drop = std::max(drop, first - before);
                }
            EXPECT_LT(rise, 20.0 * tolerance * std::max(1.0, radius * radius)) << radius;
            EXPECT_GT(drop, 0.01);
            EXPECT_GT(wrong_rise, 20.0 * tolerance * std::max(1.0, radius * radius)) << radius;
        }
}

TEST_P(Geometry, ExchangingTheComponentsExchangesTheTrajectories) {
    for (const double radius : {0.8, 1.4, 2.5}) {
        MixtureSettings settings;
        settings.horizon = 8.0;
        settings.tolerance = 1e-10;
        // ends are compared, so nothing may end early
        const auto untrapped = [](const MixtureSetup& setup) {
            GradientFlowPayload run = setup.for_dimension(5.0);
            run.traps.box_count = 0;
            return run;
        };
        const MixtureSetup one(trainable(radius, 0.7, 0.35, GetParam()), settings),
            other(trainable(radius, 0.7, 0.65, GetParam()), settings);
        double worst = 0.0, twin = 0.0;
        for (std::uint64_t id = 0; id < 10; ++id) {
            const State start = support::start_of(id, 13, 5.0);
            const Visit a = steps_of(untrapped(one), start).back();
            const Visit b = steps_of(untrapped(other), {start.m2, start.m1, start.u, 0.0}).back();
            const Visit c = steps_of(untrapped(one), {start.m2, start.m1, start.u, 0.0}).back();
            worst = std::max({worst, std::fabs(a.state.m1 - b.state.m2), std::fabs(a.state.u - b.state.u),
                              std::fabs(a.w1 - 1.0 + b.w1)});
            twin = std::max({twin, std::fabs(a.state.m1 - c.state.m2), std::fabs(a.w1 - 1.0 + c.w1)});
        }
        EXPECT_LT(worst, 1e-5) << radius;
        EXPECT_GT(twin, 1e-3) << radius;
    }
}

// From a start whose weight is pushed off the simplex and comes back: many small Euler steps with the projection,
// against the events of the integrator. Mean 2 is on its way to the plus mode and mean 1 close behind: of no use there,
// wanted again once they are apart.
TEST(Simplex, TheWeightStopsAtTheEdgeAndLeavesItAsTinyStepsSay) {
    const Problem problem = trainable(2.0, 0.7, 0.05, WeightGeometry::simplex);
    MixtureSettings settings;
    settings.horizon = 12.0;
    const MixtureSetup setup(problem, settings);
    GradientFlowPayload run = setup.for_dimension(10.0);
    run.traps.box_count = 0;
    bool touched = false, released = false;
    for (const State& start :
         {State{0.3, 0.9, 0.32, 0.0}, {0.2, 0.85, 0.32, 0.0}, {-0.1, 0.4, 0.9, 0.0}, {0.0, 0.8, 1.0, 0.0}}) {
        const std::vector<Visit> visits = steps_of(run, start);
        double least = 1.0;
        for (const Visit& visit : visits) {
            EXPECT_GE(visit.w1, 0.0);
            EXPECT_LE(visit.w1, 1.0);
            least = std::min(least, visit.w1);
        }
        touched = touched || least == 0.0;
        released = released || (least == 0.0 && visits.back().w1 > 0.01);
        State y = start;
        y.weight = run.start_weight;
        constexpr int steps = 240000;
        for (int i = 0; i < steps; ++i) {
            const double h = settings.horizon.value() / steps;
            const State rate = run.flow.general(y, 1.0);
            y = {y.m1 + h * rate.m1, y.m2 + h * rate.m2, y.u + h * rate.u,
                 std::min(1.0, std::max(0.0, y.weight + h * rate.weight))};
        }
        EXPECT_NEAR(visits.back().w1, y.weight, 2e-3);
        EXPECT_NEAR(visits.back().state.m1, y.m1, 2e-3);
        EXPECT_NEAR(visits.back().state.m2, y.m2, 2e-3);
    }
    EXPECT_TRUE(touched);
    EXPECT_TRUE(released);
}

// At w1 = 0: no repulsion, mean 1 rests, mean 2 moves; D = -k + 0 - beta (V(m1) - V(m2)).
TEST(Simplex, AtTheEdgeTheFieldIsTheOneOfPhysics) {
    const Problem problem = trainable(1.5, 0.7, 0.5, WeightGeometry::simplex);
    const MixtureSetup setup(problem, {});
    const State y = {0.3, -0.2, 0.9, 0.0};
    const State rate = setup.base().flow.general(y, 1.0);
    EXPECT_NEAR(rate.m1, 0.0, 1e-12);
    EXPECT_GT(std::fabs(rate.m2), 1e-3);
    const double k = 1.5 * 1.5 * 0.9;
    const double v = setup.base().flow.log_target(y.m1) - setup.base().flow.log_target(y.m2);
    EXPECT_NEAR(rate.weight, -0.5 * (-k - v), 1e-6);
}

// What a box holds keeps its class until the horizon: the same classes with and without boxes, in far fewer steps.
TEST_P(Geometry, BoxesDoNotChangeTheClass) {
    for (const double radius : {1.0, 1.5, 2.5}) {
        const MixtureSetup setup(trainable(radius, 2.0 / 3.0, 0.5, GetParam()), {});
        GradientFlowPayload boxed = setup.for_dimension(10.0);
        EXPECT_EQ(boxed.traps.box_count, 2) << radius;
        GradientFlowPayload open = boxed;
        open.traps.box_count = 0;
        GradientFlowPayload wrong = boxed;  // twin: boxes that reach far beyond the invariant ones
        for (TrappingBox& box : wrong.traps.boxes) box.corner1 = box.corner2 = -0.9;
        std::vector<std::uint8_t> outcomes[3];
        std::int64_t attempts[3];
        int i = 0;
        for (const GradientFlowPayload* problem : {&boxed, &open, &wrong}) {
            outcomes[i].resize(2000);
            EndRecord record = {};
            record.outcome = outcomes[i].data();
            attempts[i] =
                run_trajectories_on_cpu({problem, Precision::double_precision, 4, 10.0, 0, 2000, nullptr, record},
                                        {2, best_cpu_isa()})
                    .attempts;
            ++i;
        }
        EXPECT_EQ(outcomes[0], outcomes[1]) << radius;
        EXPECT_NE(outcomes[2], outcomes[1]) << radius;
        EXPECT_LT(attempts[0], attempts[1]);
        RecordProperty("steps_saved_at_" + support::digits(radius),
                       support::digits(static_cast<double>(attempts[1]) / static_cast<double>(attempts[0])));
    }
}

// [S24]: a vanished weight is metastable. At R = 2.5 aligned trajectories end with a light component; by a longer
// horizon fewer have.
TEST(TrainableWeights, CollapseByTheHorizonFallsWithTheHorizon) {
    double previous = 1.0;
    for (const double horizon : {50.0, 200.0, 800.0}) {
        Problem problem = trainable(1.9, 2.0 / 3.0, 0.5, WeightGeometry::softmax);
        MixtureSettings settings;
        settings.horizon = horizon;
        const MixtureSetup setup(problem, settings);
        const GradientFlowPayload payload = setup.for_dimension(10.0);
        const OutcomeCounts counts = run_trajectories_on_cpu(
            {&payload, Precision::double_precision, 3, 10.0, 0, 2000, nullptr, {}}, {2, best_cpu_isa()});
        const double share = static_cast<double>(collapsed_of(counts)) / 2000.0;
        RecordProperty("collapsed_by_" + std::to_string(static_cast<int>(horizon)), support::digits(share));
        EXPECT_LT(share, previous - 0.02) << horizon;
        previous = share;
    }
}

}  // namespace
}  // namespace modecollapse
