#include "host/threshold/folds.hpp"

#include <cmath>
#include <optional>

#include "host/expectation/fast_expectation.hpp"
#include "host/fixed_points/fixed_point.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/run/watch.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "modecollapse/mixture/initial_law.hpp"

namespace modecollapse {
namespace {

constexpr double radius_resolution = 1e-6;

GradientFlow flow_at(Problem problem, double radius) {
    throw_if_given_up();
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

// The gradient flow at a radius, read as the settings say.
MixtureSetup setup_at(Problem problem, double radius, const MixtureSettings& settings) {
    throw_if_given_up();
    problem.radius = radius;
    MixtureSettings flow;
    flow.rule = settings.rule;
    flow.horizon = settings.horizon;
    return {problem, flow};
}

bool collapses_from_the_equator(const Problem& problem, double radius, const MixtureSettings& settings) {
    const MixtureSetup setup = setup_at(problem, radius, settings);
    const GradientFlowPayload payload = setup.for_dimension(INFINITY);
    const TrajectoryStepper<double, FieldProgram::general> stepper(payload);
    Trajectory<double> trajectory = stepper.start({0.0, 0.0, 1.0, payload.start_weight});
    double end;
    do end = stepper.advance(trajectory).end;
    while (end == TrappingSet::none);
    return is_collapse(TrajectoryStepper<double>::classify(payload, trajectory.state, end));
}

constexpr const char* no_crossing = "at d = 10^9, the largest accepted, P(collapse) does not cross 1/2 there";

// Is P(collapse) at the largest dimension below 1/2 somewhat below the radius, if that is searched, and above it
// somewhat above?
bool crosses_at_the_largest_dimension(const Problem& problem, double radius, const MixtureSettings& settings) {
    constexpr std::uint64_t seed = 1, count = 200;
    constexpr double margin = 1.02;
    const auto mostly_collapses = [&](double at) {
        const MixtureSetup setup = setup_at(problem, at, settings);
        const OutcomeCounts counts =
            run_ensemble(setup, {largest_dimension, seed, 0, count}, choose_backend({BackendChoice::cpu, 1, 0, ""}));
        return 2 * collapsed_of(counts) > static_cast<std::int64_t>(count);
    };
    const double below = radius / margin;
    return mostly_collapses(radius * margin) && (below < smallest_searched_radius || !mostly_collapses(below));
}

SpecialRadius not_approached(const char* reason) {
    SpecialRadius result;
    result.status = RadiusStatus::not_approached;
    result.reason = reason;
    return result;
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

SpecialRadius find_infinite_dimension_radius(const Problem& problem, const MixtureSettings& settings) {
    SpecialRadius result;
    if (problem.target_weight == 0.5) return result;
    if (problem.weights != WeightGeometry::fixed)
        return not_approached(
            "the weights are trained, and where they go depends on how a start of finite d left the limit's "
            "trajectory");
    if (problem.weight == 0.5)
        return not_approached("w1 = 1/2: the trajectory of the limit keeps m1 = m2, which starts of finite d leave");
    constexpr double ratio = 1.05;
    double low = 0.0, high = 0.0;
    for (double radius = smallest_searched_radius; radius <= largest_searched_radius; radius *= ratio) {
        ++result.evaluations;
        if (collapses_from_the_equator(problem, radius, settings)) {
            high = radius;
            break;
        }
        low = radius;
    }
    if (high == 0.0) return result;
    if (low == 0.0) {
        if (!crosses_at_the_largest_dimension(problem, high, settings)) return not_approached(no_crossing);
        result.status = RadiusStatus::all_radii;
        return result;
    }
    while (high - low > radius_resolution) {
        const double middle = 0.5 * (low + high);
        ++result.evaluations;
        (collapses_from_the_equator(problem, middle, settings) ? high : low) = middle;
    }
    if (!crosses_at_the_largest_dimension(problem, high, settings)) return not_approached(no_crossing);
    result.status = RadiusStatus::found;
    result.value = 0.5 * (low + high);
    result.resolution = high - low;
    return result;
}

SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings) {
    SpecialRadii radii;
    radii.fold_plus = find_fold(problem, Mode::plus);
    radii.fold_minus = find_fold(problem, Mode::minus);
    radii.infinite = find_infinite_dimension_radius(problem, settings);
    return radii;
}

}  // namespace modecollapse
