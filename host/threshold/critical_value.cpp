#include "host/threshold/critical_value.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace modecollapse {
namespace {

double least_share(const TrialCounts& members) {
    return static_cast<double>(members.successes) / static_cast<double>(members.trials);
}
double largest_share(const TrialCounts& members) {
    return static_cast<double>(members.successes + members.failed) / static_cast<double>(members.trials);
}

// Along the scale.
double position(const ThresholdSearch& search, double value) {
    return search.scale == Scale::linear ? value : std::log(value);
}

// Rounded to 12 digits, so that a label reads 1.1 and a value of the first pass is the one a user would type.
double value_at(const ThresholdSearch& search, double position) {
    const double value = search.scale == Scale::linear ? position : std::exp(position);
    if (search.numbers == Numbers::whole) return std::round(value);
    if (search.scale == Scale::linear) return std::round(value * 1e12) / 1e12;
    char text[32];
    std::snprintf(text, sizeof text, "%.11e", value);
    return std::strtod(text, nullptr);
}

double distance(const ThresholdSearch& search, double a, double b) {
    return std::fabs(position(search, b) - position(search, a));
}

// Is there nothing to look at between them?
bool is_narrow(const ThresholdSearch& search, double a, double b) {
    return distance(search, a, b) <= search.resolution || (search.numbers == Numbers::whole && std::fabs(b - a) <= 1.0);
}

// The two brackets, of the counts as they are and of failed members taken for collapse, are about the same crossing.
bool is_settled(const ThresholdSearch& search, double earliest, double above) {
    return distance(search, earliest, above) <= 2.0 * search.resolution ||
           (search.numbers == Numbers::whole && std::fabs(above - earliest) <= 2.0);
}

}  // namespace

std::vector<double> first_pass(const ThresholdSearch& search) {
    const double from = position(search, search.low), span = position(search, search.high) - from;
    const int intervals = std::max(1, static_cast<int>(std::ceil(span / search.coarse_step - 1e-9)));
    std::vector<double> values = {search.low};
    for (int i = 1; i < intervals; ++i) values.push_back(value_at(search, from + span * i / intervals));
    values.push_back(search.high);
    values.erase(std::unique(values.begin(), values.end()), values.end());  // of whole numbers
    return values;
}

double expected_evaluations(const ThresholdSearch& search, std::size_t levels) {
    // a level takes some three bisections beyond the first pass: of the value, and of either end of its interval
    const double for_a_level = 3.0 * std::max(1.0, std::log2(search.coarse_step / search.resolution));
    return static_cast<double>(first_pass(search).size()) + for_a_level * static_cast<double>(levels);
}

const Evaluation& CollapseCurve::at(double value) {
    const auto known = evaluations_.find(value);
    if (known != evaluations_.end()) return known->second;
    const Evaluation evaluation = evaluate_(value);
    if (control_.progress) control_.progress(evaluations_.size() + 1);
    return evaluations_.emplace(value, evaluation).first->second;
}

template <class Predicate>
std::pair<double, double> CollapseCurve::bisect(double no, double yes, const ThresholdSearch& search,
                                                const Predicate& holds) {
    while (!is_narrow(search, no, yes)) {
        const double middle = value_at(search, 0.5 * (position(search, no) + position(search, yes)));
        if (middle == no || middle == yes) break;  // of a range narrower than its digits
        (holds(at(middle)) ? yes : no) = middle;
    }
    return {no, yes};
}

Direction CollapseCurve::direction(const ThresholdSearch& search) {
    if (search.direction == Seen::rising) return Direction::rising;
    for (const double value : first_pass(search)) at(value);
    return least_share(at(search.high).members) < least_share(at(search.low).members) ? Direction::falling
                                                                                      : Direction::rising;
}

CriticalValue CollapseCurve::find(double level, const ThresholdSearch& search) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    CriticalValue result = {level, ThresholdStatus::unsettled, missing, missing, missing, missing, 0, 0};
    const auto finish = [&](ThresholdStatus status) {
        result.status = status;
        result.evaluations = static_cast<int>(evaluations_.size());
        for (const auto& [value, evaluation] : evaluations_) {
            result.failed += evaluation.members.failed;
            result.members += evaluation.members.trials;
        }
        return result;
    };
    // by the counts as they are, the failed members taken for no collapse, or for collapse
    const auto reaches = [level](const Evaluation& e) { return least_share(e.members) >= level; };
    const auto may_reach = [level](const Evaluation& e) { return largest_share(e.members) >= level; };
    const auto surely_reaches = [level](const Evaluation& e) { return e.interval.low >= level; };
    const auto surely_below = [level](const Evaluation& e) { return e.interval.high < level; };

    std::vector<double> grid = first_pass(search);
    for (const double value : grid) at(value);
    const bool falls = direction(search) == Direction::falling;
    if (falls) std::reverse(grid.begin(), grid.end());  // from where P is lower
    if (surely_reaches(at(grid.front())))
        return finish(falls ? ThresholdStatus::above_range : ThresholdStatus::below_range);
    if (!surely_below(at(grid.front()))) return finish(ThresholdStatus::unsettled);
    const auto where = [&](const auto& holds) {
        return std::find_if(grid.begin(), grid.end(), [&](double value) { return holds(at(value)); });
    };
    const auto sure = where(surely_reaches), first = where(reaches);
    if (sure == grid.end()) {
        const bool all_below = std::all_of(grid.begin(), grid.end(), [&](double v) { return surely_below(at(v)); });
        return finish(all_below ? ThresholdStatus::not_reached : ThresholdStatus::unsettled);
    }
    if (where(may_reach) != first) return finish(ThresholdStatus::unsettled);
    const double earliest = bisect(*(first - 1), *first, search, may_reach).first;
    const auto [below, above] = bisect(*(first - 1), *first, search, reaches);
    if (!is_settled(search, earliest, above)) return finish(ThresholdStatus::unsettled);
    result.resolution = std::fabs(above - earliest);
    const double p_below = largest_share(at(earliest).members), p_above = least_share(at(above).members);
    result.value = search.numbers == Numbers::whole
                       ? std::max(earliest, above)
                       : earliest + (above - earliest) * std::clamp((level - p_below) / (p_above - p_below), 0.0, 1.0);

    // Narrow the interval: towards the crossing from the last value that is surely below, and from the first that
    // surely reaches it.
    auto low = first - 1;
    while (low != grid.begin() && !surely_below(at(*low))) --low;
    if (surely_below(at(*low)) && !surely_below(at(below)))
        bisect(*low, below, search, [&](const Evaluation& e) { return !surely_below(e); });
    if (!surely_reaches(at(above))) bisect(above, *sure, search, surely_reaches);
    std::vector<double> seen;  // in the order of the search
    for (const auto& [value, evaluation] : evaluations_) seen.push_back(value);
    if (falls) std::reverse(seen.begin(), seen.end());
    const double crossing = search.numbers == Numbers::whole ? above : result.value;
    double last_below = missing, first_above = missing;
    for (const double value : seen) {
        const bool before = falls ? value > crossing : value < crossing;
        if (before && surely_below(at(value))) last_below = value;
        if (std::isnan(first_above) && surely_reaches(at(value))) first_above = value;
    }
    result.ci_low = falls ? first_above : last_below;
    result.ci_high = falls ? last_below : first_above;
    return finish(ThresholdStatus::found);
}

}  // namespace modecollapse
