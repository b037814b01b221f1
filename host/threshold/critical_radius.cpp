#include "host/threshold/critical_radius.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace modecollapse {

std::vector<double> coarse_radii(const ThresholdSearch& search) {
    const double span = search.radius_high - search.radius_low;
    const int intervals = std::max(1, static_cast<int>(std::ceil(span / search.coarse_step - 1e-9)));
    std::vector<double> radii(intervals + 1);
    // rounded to 12 digits, so that a label reads 1.1 and a radius of the grid is the radius a user would type
    for (int i = 0; i <= intervals; ++i)
        radii[i] = std::round((search.radius_low + span * i / intervals) * 1e12) / 1e12;
    return radii;
}

namespace {

double least_share(const TrialCounts& members) {
    return static_cast<double>(members.successes) / static_cast<double>(members.trials);
}
double largest_share(const TrialCounts& members) {
    return static_cast<double>(members.successes + members.failed) / static_cast<double>(members.trials);
}

}  // namespace

const MixtureSetup& SetupCache::at(double radius) {
    std::unique_ptr<MixtureSetup>& setup = setups_[radius];
    if (!setup) {
        Problem problem = problem_;
        problem.radius = radius;
        setup = std::make_unique<MixtureSetup>(problem, settings_);
    }
    return *setup;
}

CollapseCurve::CollapseCurve(SetupCache& setups, const EnsembleRequest& request, const Backend& backend,
                             const RunControl& control, const SamplingPlan& plan)
    : CollapseCurve(
          [&setups, request, backend, control, plan](double radius) -> Evaluation {
              RunControl quiet = control;
              quiet.progress = nullptr;  // progress counts evaluations
              const EnsembleEstimate estimate = estimate_collapse(setups.at(radius), request, plan, backend, quiet);
              const OutcomeCounts& counts = estimate.counts;
              return {estimate, radius, {counts.count, counts.count + outcome_count}};
          },
          control) {}

const Evaluation& CollapseCurve::at(double radius) {
    const auto known = evaluations_.find(radius);
    if (known != evaluations_.end()) return known->second;
    const Evaluation evaluation = evaluate_(radius);
    if (control_.progress) control_.progress(evaluations_.size() + 1);
    return evaluations_.emplace(radius, evaluation).first->second;
}

template <class Predicate>
std::pair<double, double> CollapseCurve::bisect(double no, double yes, double resolution, const Predicate& holds) {
    while (std::fabs(yes - no) > resolution) {
        const double middle = std::round(0.5 * (no + yes) * 1e12) / 1e12;
        (holds(at(middle)) ? yes : no) = middle;
    }
    return {no, yes};
}

CriticalRadius CollapseCurve::find(double level, const ThresholdSearch& search) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    CriticalRadius result = {level, ThresholdStatus::unsettled, missing, missing, missing, missing, 0, 0};
    const auto finish = [&](ThresholdStatus status) {
        result.status = status;
        result.evaluations = static_cast<int>(evaluations_.size());
        for (const auto& [radius, evaluation] : evaluations_) result.failed += evaluation.members.failed;
        return result;
    };
    // by the counts as they are, the failed members taken for no collapse, or for collapse
    const auto reaches = [level](const Evaluation& e) { return least_share(e.members) >= level; };
    const auto may_reach = [level](const Evaluation& e) { return largest_share(e.members) >= level; };
    const auto surely_reaches = [level](const Evaluation& e) { return e.interval.low >= level; };
    const auto surely_below = [level](const Evaluation& e) { return e.interval.high < level; };

    const std::vector<double> grid = coarse_radii(search);
    for (const double radius : grid) at(radius);
    if (surely_reaches(at(grid.front()))) return finish(ThresholdStatus::below_range);
    if (!surely_below(at(grid.front()))) return finish(ThresholdStatus::unsettled);
    const auto where = [&](const auto& holds) {
        return std::find_if(grid.begin(), grid.end(), [&](double radius) { return holds(at(radius)); });
    };
    const auto sure = where(surely_reaches), first = where(reaches);
    if (sure == grid.end()) {
        const bool all_below = std::all_of(grid.begin(), grid.end(), [&](double r) { return surely_below(at(r)); });
        return finish(all_below ? ThresholdStatus::not_reached : ThresholdStatus::unsettled);
    }
    if (where(may_reach) != first) return finish(ThresholdStatus::unsettled);
    const double earliest = bisect(*(first - 1), *first, search.resolution, may_reach).first;
    const auto [below, above] = bisect(*(first - 1), *first, search.resolution, reaches);
    if (above - earliest > 2.0 * search.resolution) return finish(ThresholdStatus::unsettled);
    result.resolution = above - earliest;
    const double p_below = largest_share(at(earliest).members), p_above = least_share(at(above).members);
    result.r_c = earliest + (above - earliest) * std::clamp((level - p_below) / (p_above - p_below), 0.0, 1.0);

    // Narrow the interval: towards the crossing from the last radius that is surely below, and from the first that
    // surely reaches it.
    auto low = first - 1;
    while (low != grid.begin() && !surely_below(at(*low))) --low;
    if (surely_below(at(*low)) && !surely_below(at(below)))
        bisect(*low, below, search.resolution, [&](const Evaluation& e) { return !surely_below(e); });
    if (!surely_reaches(at(above))) bisect(above, *sure, search.resolution, surely_reaches);
    for (const auto& [radius, evaluation] : evaluations_) {
        if (radius < result.r_c && surely_below(evaluation)) result.ci_low = radius;
        if (std::isnan(result.ci_high) && surely_reaches(evaluation)) result.ci_high = radius;
    }
    return finish(ThresholdStatus::found);
}

}  // namespace modecollapse
