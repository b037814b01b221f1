#include "host/ensemble/flow_setup.hpp"

#include <algorithm>
#include <cmath>

#include "host/expectation/fast_expectation.hpp"
#include "host/fixed_points/trapping_regions.hpp"

namespace modecollapse {
namespace {

constexpr double overlap_floor_double = 1e-4;
constexpr double overlap_floor_single = 2e-2;  // m2 - m1 carries a rounding error of 1e-7, which enters du/dt
constexpr double first_step = 0.25;

void require_valid(const FlowSettings& settings) {
    const auto require = [](bool ok, const char* name, double value, const char* range) {
        if (!ok) throw std::domain_error(std::string(name) + " = " + std::to_string(value) + " (allowed: " + range + ")");
    };
    require(settings.rule.alignment_threshold > 0.0 && settings.rule.alignment_threshold < 1.0, "alignment-threshold",
            settings.rule.alignment_threshold, "above 0, below 1");
    require(settings.rule.weight_floor >= 0.0 && settings.rule.weight_floor < 0.5, "weight-floor", settings.rule.weight_floor,
            "0 to below 0.5");
    if (settings.horizon) require(*settings.horizon > 0.0 && *settings.horizon <= 1e9, "horizon", *settings.horizon, "above 0, up to 1e9");
    require(settings.tolerance >= 1e-12 && settings.tolerance <= 1e-2, "tolerance", settings.tolerance, "1e-12 to 1e-2");
    require(settings.maximum_steps >= 1.0 && settings.maximum_steps <= 1e9, "maximum-steps", settings.maximum_steps, "1 to 1e9");
    if (settings.precision == Precision::single_precision)
        require(settings.tolerance >= smallest_single_tolerance, "tolerance", settings.tolerance, "1e-5 to 1e-2 in single precision");
}

}  // namespace

double limit_time_cap(const Problem& problem, double dimension) {
    const double slowest = 2.0 * std::min(problem.weight, 1.0 - problem.weight) * std::min(1.0, problem.radius * problem.radius);
    return 2000.0 * (1.0 + std::log(std::min(dimension, 1e12))) / slowest;
}

FlowSetup::FlowSetup(const Problem& problem, const FlowSettings& settings) : problem_(problem), settings_(settings) {
    modecollapse::require_valid(problem);
    require_valid(settings);
    base_.flow.expectations = build_fast_expectations(problem.radius, problem.target_weight, problem.weight);
    base_.flow.weight1 = problem.weight;
    base_.flow.weight2 = 1.0 - problem.weight;
    base_.rule = settings.rule;
    base_.beta = problem.beta;
    base_.limit_reading = !settings.horizon;
    base_.traps = build_trapping_set(base_.flow, problem.beta, settings.rule);
    // At a finite horizon the state is classified as it is: a box already says how, an ellipsoid only where its trajectories end.
    if (settings.horizon) base_.traps.ellipsoid_count = 0;
}

FlowProblem FlowSetup::for_dimension(double dimension) const {
    FlowProblem result = base_;
    const double start_size = 1.0 / std::sqrt(std::min(dimension, 1e12));
    const bool single = settings_.precision == Precision::single_precision;
    result.integrator = {settings_.tolerance, start_size, single ? overlap_floor_single : overlap_floor_double, first_step,
                         settings_.maximum_steps};
    result.end_time = settings_.horizon ? *settings_.horizon : limit_time_cap(problem_, dimension);
    return result;
}

}  // namespace modecollapse
