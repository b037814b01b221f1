#include "host/mixture/setup.hpp"

#include <algorithm>
#include <cmath>

#include "host/expectation/fast_expectation.hpp"
#include "host/fixed_points/trapping_regions.hpp"
#include "host/fixed_points/weight_traps.hpp"

namespace modecollapse {
namespace {

constexpr double overlap_floor_double = 1e-4;
constexpr double overlap_floor_single = 2e-2;  // m2 - m1 carries a rounding error of 1e-7, which enters du/dt
constexpr double log_odds_floor = 0.1;
constexpr double weight_floor = 0.01;
constexpr double gap_floor = 1.0;
constexpr double first_step = 0.25;

void require_valid_settings(const MixtureSettings& settings) {
    require(settings.rule.alignment_threshold > 0.0 && settings.rule.alignment_threshold < 1.0, "alignment-threshold",
            settings.rule.alignment_threshold, "above 0, below 1");
    require(settings.rule.weight_floor >= 0.0 && settings.rule.weight_floor < 0.5, "weight-floor",
            settings.rule.weight_floor, "0 to below 0.5");
    if (settings.horizon)
        require(*settings.horizon > 0.0 && *settings.horizon <= 1e9, "horizon", *settings.horizon,
                "above 0, up to 1e9");
    require(settings.tolerance >= 1e-12 && settings.tolerance <= 1e-2, "tolerance", settings.tolerance,
            "1e-12 to 1e-2");
    require(settings.quasi_share >= 0.0 && settings.quasi_share <= 1.0, "quasi-share", settings.quasi_share, "0 to 1");
    require(settings.maximum_steps >= 1.0 && settings.maximum_steps <= 1e9, "maximum-steps", settings.maximum_steps,
            "1 to 1e9");
    if (settings.precision == Precision::single_precision) {
        require(settings.tolerance >= smallest_single_tolerance, "tolerance", settings.tolerance,
                "1e-5 to 1e-2 in single precision");
        require(settings.maximum_steps <= largest_single_steps, "maximum-steps", settings.maximum_steps,
                "1 to 16777215 in single precision");
    }
}

// What a problem and its horizon ask of each other.
void require_compatible(const Problem& problem, const std::optional<double>& horizon) {
    if (problem.beta < 1.0 && !horizon)
        throw std::domain_error(
            "a constant temperature above 1 needs a horizon: the target is not reached in the limit");
    const double end = annealing_end(problem);
    if (horizon && end > *horizon)
        throw std::domain_error(std::string("the annealing schedule reaches beta = 1 ") +
                                (is_adaptive(problem.annealing) ? "no later than t = " : "at t = ") +
                                std::to_string(end) + ", after the horizon " + std::to_string(*horizon) +
                                " (allowed: a horizon of at least " + std::to_string(std::ceil(end)) +
                                ", or a shorter annealing-time)");
}

}  // namespace

std::optional<double> effective_horizon(const Problem& problem, const MixtureSettings& settings) {
    const bool has_limit = problem.weights == WeightGeometry::fixed && settings.sampled.dynamics == Dynamics::flow;
    if (settings.horizon || has_limit) return settings.horizon;
    return default_trainable_horizon;
}

double start_coordinate(const Problem& problem) {
    return problem.weights == WeightGeometry::fixed ? 0.0 : weight_coordinate(problem.weights, problem.weight);
}

void require_runnable(const Problem& problem, const MixtureSettings& settings) {
    require_valid(problem);
    require_valid_settings(settings);
    require_compatible(problem, effective_horizon(problem, settings));
    require(!is_adaptive(problem.annealing) || settings.precision == Precision::double_precision,
            "precision = single with annealing = adaptive", "double");
    require_sampleable(problem, settings);
}

double limit_time_cap(const Problem& problem, double dimension) {
    const double slowest =
        2.0 * std::min(problem.weight, 1.0 - problem.weight) * std::min(1.0, problem.radius * problem.radius);
    return 2000.0 * (1.0 + std::log(std::min(dimension, 1e12))) / slowest;
}

MixtureSetup::MixtureSetup(const Problem& problem, const MixtureSettings& settings)
    : problem_(problem), settings_(settings) {
    require_runnable(problem, settings);
    settings_.horizon = effective_horizon(problem, settings);
    if (is_sgd()) return;
    base_.flow.expectations = build_fast_expectations(problem.radius, problem.target_weight, problem.weight);
    base_.flow.weight1 = problem.weight;
    base_.flow.weight2 = 1.0 - problem.weight;
    base_.flow.geometry = problem.weights;
    base_.rule = settings.rule;
    base_.beta = problem.beta;
    base_.annealing = problem.annealing;
    base_.annealing_end = annealing_end(problem);
    if (is_adaptive(problem.annealing)) {
        adaptive_tables_ =
            std::make_shared<const AdaptiveTables>(problem.radius, problem.target_weight, problem.annealing.target_ess);
        base_.adaptive = adaptive_tables_->schedule;
    }
    base_.limit_reading = !settings_.horizon;
    if (problem.weights != WeightGeometry::fixed) {
        auto expectations = std::make_shared<WeightExpectations>();
        const GapRange range =
            problem.weights == WeightGeometry::softmax ? GapRange::down_to_2e_minus_9 : GapRange::any;
        build_weight_expectations(problem.radius, problem.target_weight, range, default_weight_expectation_error,
                                  *expectations);
        base_.flow.log_target = expectations->log_target;
        base_.flow.gap = expectations->gap;
        weight_expectations_ = std::move(expectations);
        base_.start_weight = start_coordinate(problem);
        base_.quasi_threshold = settings.quasi_share * *settings_.horizon;
        base_.traps = build_weight_traps(base_.flow, problem.beta, settings.rule);
        return;
    }
    base_.traps = build_trapping_set(base_.flow, problem.beta, settings.rule);
    // At a finite horizon the state is classified as it is: a box already says how, an ellipsoid only where its
    // trajectories end.
    if (settings_.horizon) base_.traps.ellipsoid_count = 0;
}

GradientFlowPayload MixtureSetup::for_dimension(double dimension) const {
    GradientFlowPayload result = base_;
    const double start_size = 1.0 / std::sqrt(std::min(dimension, 1e12));
    const bool single = settings_.precision == Precision::single_precision;
    // D is a difference of terms of the size of R^2
    const double rounding = (single ? 1.2e-7 : 2.2e-16) * 500.0 * std::max(1.0, problem_.radius * problem_.radius);
    result.integrator = {settings_.tolerance,
                         start_size,
                         single ? overlap_floor_single : overlap_floor_double,
                         first_step,
                         settings_.maximum_steps,
                         problem_.weights == WeightGeometry::simplex ? weight_floor : log_odds_floor,
                         std::max(gap_floor, rounding / settings_.tolerance),
                         0.5 * std::pow(settings_.tolerance, 0.2)};
    result.end_time =
        settings_.horizon ? *settings_.horizon : result.annealing_end + limit_time_cap(problem_, dimension);
    return result;
}

}  // namespace modecollapse
