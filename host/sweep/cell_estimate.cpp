#include "host/sweep/cell_estimate.hpp"

#include <algorithm>
#include <limits>

namespace modecollapse {

std::uint64_t most_looks(const SweepPlan& plan) {
    if (!plan.adaptive) return 1;
    LookSchedule schedule = looks_of(plan, plan.cell(0));
    for (const AxisGroup& group : plan.groups)
        for (const Axis& axis : group.axes)
            if (axis.name == "trajectories")
                for (const double first : axis.numbers)
                    schedule.first = std::min(schedule.first, static_cast<std::uint64_t>(first));
    return schedule.looks();
}

CellEstimate CellEstimator::operator()(const Cell& cell, const Tally& tally) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    const LookSchedule schedule = looks_of(plan_, cell);
    const TrialCounts trials = trials_of(plan_.schema, tally);
    CellEstimate result = {unknown, unknown,         {unknown, unknown}, interval_method(schedule.looks()),
                           0,       schedule.looks()};
    if (trials.trials == 0) return result;
    result.look = schedule.looks_made(static_cast<std::uint64_t>(trials.trials));
    result.interval = spent_interval(trials, result.looks);
    if (result.method == IntervalMethod::clopper_pearson) {
        result.p = share_of(trials);
        result.standard_error = standard_error_of(trials);
        return result;
    }
    const auto known = shares_.try_emplace(schedule.first, schedule, plan_.adaptive->stop).first;
    result.p = known->second(trials);
    return result;
}

}  // namespace modecollapse
