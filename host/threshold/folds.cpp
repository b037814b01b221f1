#include "host/threshold/folds.hpp"

#include <cmath>
#include <optional>

#include "host/expectation/fast_expectation.hpp"
#include "host/fixed_points/fixed_point.hpp"
#include "host/run/watch.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"

namespace modecollapse {
namespace {

constexpr double radius_resolution = 1e-6;

GradientFlow flow_at(Problem problem, double radius) {
    throw_if_stop_asked();
    return {build_fast_expectations(radius, problem.target_weight, problem.weight, 1e-12), problem.weight,
            1.0 - problem.weight};
}

// The stable fixed point with both m of the mode's sign that is reached from `start`, if it is the continuation of it.
std::optional<FixedPoint> follow(const GradientFlow& flow, double beta, const State& start, double sign, double reach) {
    const auto continues = [&](const std::optional<FixedPoint>& point) {
        return point && point->stable && sign * point->state.m1 > 0.0 && sign * point->state.m2 > 0.0 &&
               std::fabs(point->state.m1 - start.m1) < reach && std::fabs(point->state.m2 - start.m2) < reach;
    };
    // Newton is enough on a smooth branch. Where the branch has lost its stability to another one (a pitchfork), or
    // Newton has jumped over a nearby saddle, the flow itself finds the stable continuation from a slightly asymmetric
    // start.
    auto point = find_fixed_point(flow, beta, start);
    if (continues(point)) return point;
    State y = {start.m1 - 1e-3 * sign, start.m2 + 1e-3 * sign, start.u, 0.0};
    y.m1 = std::fmax(-1.0, std::fmin(1.0, y.m1));
    y.m2 = std::fmax(-1.0, std::fmin(1.0, y.m2));
    for (double time = 0.0, span = 50.0; time < 2000.0; time += span, span *= 2.0) {
        y = evolve(flow, beta, y, span);
        if (sign * y.m1 <= 0.0 || sign * y.m2 <= 0.0) return std::nullopt;
        point = find_fixed_point(flow, beta, y);
        if (continues(point)) return point;
    }
    return std::nullopt;
}

bool collapses_from_the_equator(Problem problem, double radius, const OutcomeRule& rule) {
    throw_if_stop_asked();
    problem.radius = radius;
    MixtureSettings settings;
    settings.rule = rule;
    const MixtureSetup setup(problem, settings);
    const GradientFlowPayload payload = setup.for_dimension(INFINITY);
    const TrajectoryStepper<double, FieldProgram::general> stepper(payload);
    Trajectory<double> trajectory = stepper.start({0.0, 0.0, 1.0, payload.start_weight});
    double end;
    do end = stepper.advance(trajectory).end;
    while (end == TrappingSet::none);
    return is_collapse(TrajectoryStepper<double>::classify(payload, trajectory.state, end));
}

}  // namespace

SpecialRadius find_fold(const Problem& problem, Mode mode) {
    const double sign = mode == Mode::plus ? 1.0 : -1.0;
    SpecialRadius result;
    if (problem.weights != WeightGeometry::fixed) return result;
    std::optional<FixedPoint> point;
    double radius = 0.0;
    // Far out the aligned state is there but its overlap, 1 - s of order e^(-R^2/2), is below what the fit resolves:
    // start where it is not.
    for (const double start : {4.0, 5.0, 3.0, 6.0, 7.0, largest_searched_radius}) {
        radius = start;
        ++result.evaluations;
        const GradientFlow flow = flow_at(problem, radius);
        point = follow(flow, problem.beta, evolve(flow, problem.beta, {0.97 * sign, 0.98 * sign, 0.04, 0.0}, 50.0),
                       sign, 1.0);
        if (point) break;
    }
    if (!point) return result;
    double step = 0.05;
    while (step > radius_resolution) {
        const double next = radius - step;
        if (next < smallest_searched_radius) {
            result.status = RadiusStatus::all_radii;
            return result;
        }
        ++result.evaluations;
        const auto found = follow(flow_at(problem, next), problem.beta, point->state, sign, 0.25);
        if (found) {
            point = found;
            radius = next;
        } else {
            step *= 0.5;
        }
    }
    result.status = RadiusStatus::found;
    result.value = radius;
    result.resolution = 2.0 * step;
    return result;
}

SpecialRadius find_infinite_dimension_radius(const Problem& problem, const OutcomeRule& rule) {
    SpecialRadius result;
    if (problem.target_weight == 0.5) return result;
    constexpr double ratio = 1.05;
    double low = 0.0, high = 0.0;
    for (double radius = smallest_searched_radius; radius <= largest_searched_radius; radius *= ratio) {
        ++result.evaluations;
        if (collapses_from_the_equator(problem, radius, rule)) {
            high = radius;
            break;
        }
        low = radius;
    }
    if (high == 0.0) return result;
    if (low == 0.0) {
        result.status = RadiusStatus::all_radii;
        return result;
    }
    while (high - low > radius_resolution) {
        const double middle = 0.5 * (low + high);
        ++result.evaluations;
        (collapses_from_the_equator(problem, middle, rule) ? high : low) = middle;
    }
    result.status = RadiusStatus::found;
    result.value = 0.5 * (low + high);
    result.resolution = high - low;
    return result;
}

}  // namespace modecollapse
