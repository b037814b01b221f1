#include "host/sweep/sweep_plan.hpp"

#include "host/families/mixture/options.hpp"
#include "host/families/realnvp/options.hpp"
#include "host/sweep/pieces.hpp"

namespace modecollapse {

Cell cell_of(const Settings& settings) {
    Cell cell;
    if (settings.is("family", family_names[static_cast<int>(FamilyId::realnvp)])) {
        const RealnvpRun run = realnvp_run(settings);
        cell.family = FamilyId::realnvp;
        cell.problem = run.target;
        cell.training = run.training;
        cell.settings.precision = run.precision;
    } else {
        const MixtureRun run = mixture_run(settings);
        cell.problem = run.target;
        cell.settings = run.settings;
    }
    cell.request.dimension = settings.number("dimension");
    cell.request.trajectories = static_cast<std::uint64_t>(settings.number("trajectories"));
    cell.request.seed = std::stoull(settings.text("seed"));
    cell.settings_of_family = settings;
    return cell;
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
    Settings settings = base;
    const std::vector<std::size_t> at = coordinates(id);
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const Axis& axis : groups[g].axes) settings.set(axis.name, axis.texts[at[g]]);
    return cell_of(settings);
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
