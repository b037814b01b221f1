// Proves: trajectories with trainable weights at R = 3 to 8, light weights of 1e-13 and less and the edge of the simplex
// among them, are those of tests/data/weights_reference.csv, by an implicit solver that shares nothing with the engine
// (scripts/weights-reference), at every tolerance and in both precisions; what is read off the continuous extension is
// admissible; and no random start fails or takes 20,000 steps, tempered targets and both precisions included.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "host/mixture/setup.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/test_data.hpp"

namespace modecollapse {
namespace {

struct Reference {
    Problem problem;
    State start;
    std::vector<double> times;
    std::vector<State> states;  // the log-odds as weight; infinite on the edge
};

std::vector<Reference> read_references() {
    std::ifstream file(support::test_data("weights_reference.csv"));
    std::vector<Reference> all;
    std::string line, cell;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        for (std::istringstream row(line); std::getline(row, cell, ',');) cells.push_back(cell);
        const auto number = [&](std::size_t i) { return std::stod(cells[i]); };
        if (number(0) >= static_cast<double>(all.size())) {
            Reference reference;
            reference.problem = support::problem_of(number(2), number(3), number(7));
            for (int i = 1; i < 4; ++i)
                if (cells[1] == weight_geometry_names[i]) reference.problem.weights = static_cast<WeightGeometry>(i);
            if (number(8) > 1.0) {
                reference.problem.annealing.schedule = Schedule::exponential_temperature;
                reference.problem.annealing.initial_temperature = number(8);
                reference.problem.annealing.time = number(9);
            }
            reference.start = {number(4), number(5), number(6), 0.0};
            all.push_back(reference);
        }
        all.back().times.push_back(number(10));
        all.back().states.push_back({number(11), number(12), number(13), number(14)});
    }
    return all;
}

struct Errors {
    double means = 0.0, weight = 0.0, log_odds = 0.0, steps = 0.0, outside = 0.0;
};

// The engine's fits for one problem, at any tolerance.
template <class Real>
class Engine {
public:
    explicit Engine(const Problem& problem) : setup_(problem, settings()) {}

    GradientFlowPayload payload(double tolerance) const {
        GradientFlowPayload payload = setup_.for_dimension(8.0);
        payload.traps.box_count = 0;
        IntegratorOptions& options = payload.integrator;
        options.gap_floor = std::max(1.0, options.gap_floor * options.tolerance / tolerance);
        options.tolerance = tolerance;
        return payload;
    }

private:
    static MixtureSettings settings() {
        MixtureSettings settings;
        settings.horizon = 26.0;
        settings.tolerance = sizeof(Real) == 4 ? 1e-5 : 1e-12;
        if (sizeof(Real) == 4) settings.precision = Precision::single_precision;
        return settings;
    }
    MixtureSetup setup_;
};

// log_odds: of the light weight, relative to max(R^2, |log w|, 1), the unit in which its error is controlled.
template <class Real>
Errors errors_of(const Reference& reference, const Engine<Real>& engine, double tolerance) {
    const Problem& problem = reference.problem;
    const GradientFlowPayload payload = engine.payload(tolerance);
    const TrajectoryStepper<Real, FieldProgram::general> stepper(payload);
    const State& start = reference.start;
    auto trajectory = stepper.start({Real(start.m1), Real(start.m2), Real(start.u), Real(payload.start_weight)});
    Errors errors;
    for (std::size_t i = 0; i < reference.times.size();) {
        const Trajectory<Real> before = trajectory;
        const Advance<Real> step = stepper.advance(trajectory);
        if (step.end == Real(ended_out_of_steps)) return {1.0, 1.0, 1.0, 1e9, 1.0};
        for (; step.accepted && i < reference.times.size() && Real(reference.times[i]) <= trajectory.time; ++i) {
            const Real fraction = (Real(reference.times[i]) - before.time) / step.size;
            const OrderParameters<Real> y = stepper.within(before, step, fraction);
            const State got = {double(y.m1), double(y.m2), double(y.u), double(y.weight)},
                        &wanted = reference.states[i];
            errors.means = std::max({errors.means, std::fabs(got.m1 - wanted.m1), std::fabs(got.m2 - wanted.m2),
                                     std::fabs(got.u - wanted.u)});
            const double expected = weights_of_log_odds(wanted.weight).first;
            const double w1 = first_weight(problem.weights, 0.5, got.weight);
            errors.weight = std::max(errors.weight, std::fabs(w1 - (wanted.weight > 40.0 ? 1.0 : expected)));
            errors.outside = std::max({errors.outside, std::fabs(got.m1) - 1.0, std::fabs(got.m2) - 1.0,
                                       -support::smallest_gram_eigenvalue(got)});
            if (std::isinf(wanted.weight)) {
                EXPECT_EQ(w1, wanted.weight < 0.0 ? 0.0 : 1.0) << reference.times[i];
                continue;
            }
            double log_odds = got.weight;
            if (problem.weights == WeightGeometry::simplex) {  // of the light weight, beyond the digits of w1
                const double light = double(SimplexSteps<Real>(payload).within(before, step, fraction).weight);
                log_odds = double(before.light.side) * (std::log(light) - std::log1p(-light));
            }
            const double unit = std::max({problem.radius * problem.radius, std::fabs(wanted.weight), 1.0});
            errors.log_odds = std::max(errors.log_odds, std::fabs(log_odds - wanted.weight) / unit);
        }
    }
    errors.steps = double(trajectory.attempts);
    return errors;
}

TEST(WeightsReference, TrajectoriesAreThoseOfAnImplicitSolver) {
    const std::vector<Reference> references = read_references();
    ASSERT_EQ(references.size(), 15u);
    std::vector<std::shared_ptr<const Engine<double>>> engines(references.size());
    std::vector<std::size_t> tried = {0, 2, 3, 4, 7, 9, 10, 13};  // the fits of the others take seconds more
    for (const std::size_t i : tried)
        engines[i] = i == 3 || i == 4 ? engines[2] : std::make_shared<Engine<double>>(references[i].problem);
    for (const double tolerance : {1e-3, 1e-4, 1e-6, 1e-8, 1e-12}) {
        Errors worst;
        for (const std::size_t i : tried) {
            const Errors errors = errors_of(references[i], *engines[i], tolerance);
            worst = {std::max(worst.means, errors.means), std::max(worst.weight, errors.weight),
                     std::max(worst.log_odds, errors.log_odds), std::max(worst.steps, errors.steps),
                     std::max(worst.outside, errors.outside)};
        }
        const std::string name = "_at_" + support::digits(tolerance);
        RecordProperty("means" + name, support::digits(worst.means));
        RecordProperty("log_odds" + name, support::digits(worst.log_odds));
        RecordProperty("steps" + name, support::digits(worst.steps));
        const double allowed = 20.0 * tolerance + 2e-8;  // the second: error of the fits, and of the projection
        EXPECT_LT(worst.means, allowed) << tolerance;
        EXPECT_LT(worst.weight, allowed) << tolerance;
        EXPECT_LT(worst.log_odds, allowed) << tolerance;
        EXPECT_LT(worst.steps, 20000.0) << tolerance;
        EXPECT_LT(worst.outside, 1e-15) << tolerance;
    }
    Problem wrong = references[0].problem;  // twin: target weight off by 1e-5
    wrong.target_weight += 1e-5;
    EXPECT_GT(errors_of(references[0], Engine<double>(wrong), 1e-8).log_odds, 1e-6);
}

TEST(WeightsReference, SinglePrecisionFollowsToItsTolerance) {
    const std::vector<Reference> references = read_references();
    for (const std::size_t i : {9u, 13u}) {
        const Errors errors = errors_of(references[i], Engine<float>(references[i].problem), 1e-5);
        EXPECT_LT(errors.means, 5e-3) << i;
        EXPECT_LT(errors.weight, 5e-3) << i;
        EXPECT_LT(errors.steps, 20000.0) << i;
    }
}

// Attempts of the longest trajectory from random starts.
template <class Real>
double longest(const Engine<Real>& engine, double tolerance, std::uint64_t trajectories) {
    const GradientFlowPayload payload = engine.payload(tolerance);
    const TrajectoryStepper<Real, FieldProgram::general> stepper(payload);
    double attempts = 0.0;
    for (std::uint64_t id = 0; id < trajectories; ++id) {
        const State y = support::start_of(id, 1, 8.0);
        auto trajectory = stepper.start({Real(y.m1), Real(y.m2), Real(y.u), Real(payload.start_weight)});
        while (stepper.advance(trajectory).end == Real(TrappingSet::none) && trajectory.attempts < Real(20000.0)) {
        }
        attempts = std::max(attempts, double(trajectory.attempts));
    }
    return attempts;
}

TEST(SimplexSteps, RandomStartsTakeFewSteps) {
    Problem problem = support::problem_of(3.5, 0.8, 0.5);
    problem.weights = WeightGeometry::simplex;
    for (const double radius : {5.0, 8.0}) {
        problem.radius = radius;
        const Engine<double> engine(problem);
        for (const double tolerance : {1e-4, 1e-8, 1e-12})
            EXPECT_LT(longest(engine, tolerance, tolerance < 1e-8 ? 2 : 5), 20000.0) << radius << " at " << tolerance;
        EXPECT_LT(longest(Engine<float>(problem), 1e-5, 5), 20000.0) << radius;
    }
}

// A light weight at rest follows beta at once, to its end.
TEST(SimplexSteps, TakeFewStepsUnderEverySchedule) {
    Problem problem = support::problem_of(8.0, 0.8, 0.5);
    problem.weights = WeightGeometry::simplex;
    problem.annealing.initial_temperature = 10.0;
    problem.annealing.time = 1.0;
    for (const Schedule schedule :
         {Schedule::exponential_temperature, Schedule::exponential_beta, Schedule::linear, Schedule::geometric}) {
        problem.annealing.schedule = schedule;
        EXPECT_LT(longest(Engine<double>(problem), 1e-6, 60), 2000.0) << schedule_names[static_cast<int>(schedule)];
    }
}

}  // namespace
}  // namespace modecollapse
