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
              const CollapseEstimate estimate = estimate_collapse(setups.at(radius), request, plan, backend, quiet);
              return {radius, estimate.counts, estimate.p, estimate.interval};
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
    CriticalRadius result = {level, ThresholdStatus::not_reached, missing, missing, missing, missing, 0};
    const auto finish = [&] {
        result.evaluations = static_cast<int>(evaluations_.size());
        return result;
    };
    const auto reaches = [level](const Evaluation& e) { return e.p_collapse >= level; };
    const auto surely_reaches = [level](const Evaluation& e) { return e.interval.low >= level; };
    const auto surely_below = [level](const Evaluation& e) { return e.interval.high < level; };

    const std::vector<double> grid = coarse_radii(search);
    for (const double radius : grid) at(radius);
    if (reaches(at(grid.front()))) {
        result.status = ThresholdStatus::below_range;
        return finish();
    }
    const auto sure = std::find_if(grid.begin(), grid.end(), [&](double radius) { return surely_reaches(at(radius)); });
    if (sure == grid.end()) return finish();
    const auto first = std::find_if(grid.begin(), grid.end(), [&](double radius) { return reaches(at(radius)); });

    result.status = ThresholdStatus::found;
    const auto [below, above] = bisect(*(first - 1), *first, search.resolution, reaches);
    result.resolution = above - below;
    const double p_below = at(below).p_collapse, p_above = at(above).p_collapse;
    result.r_c = below + (above - below) * std::clamp((level - p_below) / (p_above - p_below), 0.0, 1.0);

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
    return finish();
}

}  // namespace modecollapse
