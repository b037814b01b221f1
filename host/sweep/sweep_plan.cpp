#include "host/sweep/sweep_plan.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "host/io/names.hpp"
#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

struct AxisValue {
    const std::string& text;
    double number;
};

std::uint32_t whole(const AxisValue& value) { return static_cast<std::uint32_t>(value.number); }

const std::map<std::string, std::function<void(Cell&, const AxisValue&)>>& setters() {
    static const std::map<std::string, std::function<void(Cell&, const AxisValue&)>> table = {
        {"radius", [](Cell& cell, const AxisValue& value) { cell.problem.radius = value.number; }},
        {"dimension", [](Cell& cell, const AxisValue& value) { cell.request.dimension = value.number; }},
        {"target-weight", [](Cell& cell, const AxisValue& value) { cell.problem.target_weight = value.number; }},
        {"weight",
         [](Cell& cell, const AxisValue& value) {
             cell.problem.weight = value.number;
             cell.weight_given = true;
         }},
        {"weights",
         [](Cell& cell, const AxisValue& value) {
             cell.problem.weights = named<WeightGeometry>(weight_geometry_names, value.text);
         }},
        {"annealing",
         [](Cell& cell, const AxisValue& value) {
             cell.constant_temperature = value.text == "constant";
             cell.problem.annealing.schedule =
                 cell.constant_temperature ? Schedule::none : named<Schedule>(schedule_names, value.text);
         }},
        {"initial-temperature",
         [](Cell& cell, const AxisValue& value) { cell.problem.annealing.initial_temperature = value.number; }},
        {"annealing-time", [](Cell& cell, const AxisValue& value) { cell.problem.annealing.time = value.number; }},
        {"target-ess", [](Cell& cell, const AxisValue& value) { cell.problem.annealing.target_ess = value.number; }},
        {"quasi-share", [](Cell& cell, const AxisValue& value) { cell.settings.quasi_share = value.number; }},
        {"learning-rate",
         [](Cell& cell, const AxisValue& value) {
             cell.settings.sampled.learning_rate = cell.training.optimizer.learning_rate = value.number;
         }},
        {"batch-size",
         [](Cell& cell, const AxisValue& value) {
             cell.settings.sampled.batch_size = cell.training.batch = static_cast<std::uint64_t>(value.number);
         }},
        {"estimator",
         [](Cell& cell, const AxisValue& value) {
             if (cell.family == FamilyId::realnvp)
                 cell.training.estimator = named<RealnvpEstimator>(realnvp_estimator_names, value.text);
             else
                 cell.settings.sampled.estimator = named<Estimator>(estimator_names, value.text);
         }},
        {"horizon",
         [](Cell& cell, const AxisValue& value) {
             cell.settings.horizon = value.number;
             cell.training.steps = static_cast<std::uint64_t>(value.number);
         }},
        {"layers", [](Cell& cell, const AxisValue& value) { cell.training.shape.layers = whole(value); }},
        {"width", [](Cell& cell, const AxisValue& value) { cell.training.shape.width = whole(value); }},
        {"depth", [](Cell& cell, const AxisValue& value) { cell.training.shape.depth = whole(value); }},
        {"mask",
         [](Cell& cell, const AxisValue& value) {
             cell.training.shape.mask = named<CouplingMask>(coupling_mask_names, value.text);
         }},
        {"optimizer",
         [](Cell& cell, const AxisValue& value) {
             cell.training.optimizer.optimizer = named<Optimizer>(optimizer_names, value.text);
         }},
        {"learning-rate-schedule",
         [](Cell& cell, const AxisValue& value) {
             cell.training.optimizer.schedule = named<RateSchedule>(rate_schedule_names, value.text);
         }},
        {"gradient-clip",
         [](Cell& cell, const AxisValue& value) { cell.training.optimizer.gradient_clip = value.number; }},
        {"evaluation-samples",
         [](Cell& cell, const AxisValue& value) {
             cell.training.evaluation_samples = static_cast<std::uint64_t>(value.number);
         }},
        {"mode-mass-floor", [](Cell& cell, const AxisValue& value) { cell.training.mode_mass_floor = value.number; }},
        {"alignment-threshold",
         [](Cell& cell, const AxisValue& value) { cell.settings.rule.alignment_threshold = value.number; }},
        {"weight-floor", [](Cell& cell, const AxisValue& value) { cell.settings.rule.weight_floor = value.number; }},
        {"tolerance", [](Cell& cell, const AxisValue& value) { cell.settings.tolerance = value.number; }},
        {"maximum-steps", [](Cell& cell, const AxisValue& value) { cell.settings.maximum_steps = value.number; }},
        {"trajectories",
         [](Cell& cell, const AxisValue& value) {
             cell.request.trajectories = static_cast<std::uint64_t>(value.number);
         }},
        {"seed", [](Cell& cell, const AxisValue& value) { cell.request.seed = std::stoull(value.text); }},
        {"precision",
         [](Cell& cell, const AxisValue& value) {
             cell.settings.precision =
                 value.text == "single" ? Precision::single_precision : Precision::double_precision;
         }},
    };
    return table;
}

}  // namespace

const std::vector<std::string>& sweepable_options() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> result;
        for (const auto& [name, setter] : setters()) result.push_back(name);
        return result;
    }();
    return names;
}

std::uint64_t SweepPlan::cells() const {
    std::uint64_t product = 1;
    for (const AxisGroup& group : groups) product *= group.size();
    return product;
}

std::vector<std::size_t> SweepPlan::coordinates(std::uint64_t cell) const {
    std::vector<std::size_t> result(groups.size());
    for (std::size_t g = groups.size(); g-- > 0;) {
        result[g] = static_cast<std::size_t>(cell % groups[g].size());
        cell /= groups[g].size();
    }
    return result;
}

Cell SweepPlan::cell(std::uint64_t id) const {
    Cell result = base;
    const std::vector<std::size_t> at = coordinates(id);
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const Axis& axis : groups[g].axes)
            setters().at(axis.name)(result, {axis.texts[at[g]], axis.numbers.empty() ? 0.0 : axis.numbers[at[g]]});
    if (result.settings.precision ==
        Precision::single_precision)  // the default tolerance; a given one this small has been refused
        result.settings.tolerance = std::max(result.settings.tolerance, smallest_single_tolerance);
    if (result.constant_temperature) {
        result.problem.beta = 1.0 / result.problem.annealing.initial_temperature;
        result.problem.annealing = {};
    }
    result.training.shape.dimension = static_cast<std::uint32_t>(result.request.dimension);
    if (!result.weight_given) result.problem.weight = default_weight(result.problem);
    return result;
}

LookSchedule looks_of(const SweepPlan& plan, const Cell& cell) {
    return {cell.request.trajectories, plan.adaptive ? plan.adaptive->most : cell.request.trajectories};
}

bool is_complete(const SweepPlan& plan, const Cell& cell, std::uint64_t pieces, const CellCounts& counts) {
    if (pieces == 0) return false;
    if (piece_boundary(plan, cell, pieces) == piece_boundary(plan, cell, pieces + 1)) return true;
    if (!plan.adaptive) return false;
    const LookSchedule schedule = looks_of(plan, cell);
    const TrialCounts trials = trials_of(counts, cell.family);
    const auto made = static_cast<std::uint64_t>(trials.trials);
    if (schedule.trials_at(schedule.looks_made(made)) != made) return false;  // between two looks
    return plan.adaptive->stop.stops_at(spent_interval(trials, schedule.looks()));
}

}  // namespace modecollapse
