#include "host/threshold/crossing.hpp"

#include <algorithm>
#include <limits>

namespace modecollapse {
namespace {

constexpr int tries_before_a_halving = 3;  // of interpolations that have not halved a bracket together
constexpr double good_enough = 0.3;        // of the resolution: what an end of the interval may give away
constexpr double margin = 1.3;             // standard errors by which an end is placed outwards

}  // namespace

bool Crossing::is_narrow(double a, double b) const {
    return distance(a, b) <= search_.resolution || (search_.numbers == Numbers::whole && std::fabs(b - a) <= 1.0);
}

double Crossing::slope() {
    const std::pair<const double, Evaluation>*first = nullptr, *last = nullptr;
    for (const auto& one : curve_.evaluations()) {
        const Interval& interval = one.second.interval;
        const double reach = 2.0 * (interval.high - interval.low);
        if (one.second.look < curve_.looks() || interval.low - reach > level_ || interval.high + reach < level_)
            continue;
        if (!first) first = &one;
        last = &one;
    }
    if (first == last) return 0.0;
    return std::fabs(least_share(last->second) - least_share(first->second)) / distance(first->first, last->first);
}

Crossing::Bracket Crossing::bisect(Bracket bracket, const Holds& holds) {
    while (!is_narrow(bracket.no, bracket.yes)) {
        const double middle = value_at(search_, 0.5 * (position(search_, bracket.no) + position(search_, bracket.yes)));
        if (middle == bracket.no || middle == bracket.yes) break;  // of a range narrower than its digits
        (holds(middle) ? bracket.yes : bracket.no) = middle;
    }
    return bracket;
}

// Where P should reach the level, a little before it, so that the next value can close the bracket from beyond.
double Crossing::interpolated(const Bracket& bracket) {
    const double no = position(search_, bracket.no), width = position(search_, bracket.yes) - no;
    const double low = least_share(curve_.at(bracket.no)) - level_, high = least_share(curve_.at(bracket.yes)) - level_;
    const double step = std::copysign(0.9 * search_.resolution, width);
    const double there = width * (-low / (high - low));
    if (std::fabs(there) < std::fabs(step)) return no + step;
    if (std::fabs(width - there) < std::fabs(step)) return no + width - step;
    return no + there - 0.5 * step;
}

Crossing::Bracket Crossing::locate(Bracket bracket) {
    if (curve_.looks() == 1) return bisect(bracket, [this](double value) { return reaches(value); });
    double before = distance(bracket.no, bracket.yes);
    for (int tries = 0; !is_narrow(bracket.no, bracket.yes);) {
        const bool is_close = is_at_its_last_look(bracket.no) || is_at_its_last_look(bracket.yes);
        const double middle = 0.5 * (position(search_, bracket.no) + position(search_, bracket.yes));
        double value = value_at(search_, is_close && tries < tries_before_a_halving ? interpolated(bracket) : middle);
        if (value == bracket.no || value == bracket.yes) value = value_at(search_, middle);
        if (value == bracket.no || value == bracket.yes) break;
        (reaches(value) ? bracket.yes : bracket.no) = value;
        const double width = distance(bracket.no, bracket.yes);
        tries = is_close && width > 0.5 * before && tries < tries_before_a_halving ? tries + 1 : 0;
        if (tries == 0) before = width;
    }
    return bracket;
}

// A narrower bracket about where P is guessed to cross, if it does there; the curve itself decides.
Crossing::Bracket Crossing::guessed(Bracket bracket) {
    if (!guess_) return bracket;
    bool known = true;
    const Bracket there = bisect(bracket, [&](double value) {
        const double p = guess_(value);
        known = known && !std::isnan(p);
        return p >= level_;
    });
    if (!known) return bracket;
    const double away =
        std::copysign(2.0 * search_.resolution, position(search_, bracket.yes) - position(search_, bracket.no));
    for (const double x : {position(search_, there.no) - away, position(search_, there.yes) + away}) {
        const double value = value_at(search_, x);
        const bool inside = std::min(bracket.no, bracket.yes) < value && value < std::max(bracket.no, bracket.yes);
        if (inside) (reaches(value) ? bracket.yes : bracket.no) = value;
    }
    return bracket;
}

// The value nearest to the crossing at which the excess should be positive: P moves by the slope, and as the same members
// are at both values, only those whose fate changes in between make noise: sqrt(slope du / n) of P.
double Crossing::placed(const Bracket& bracket, const Excess& excess, double slope) {
    const double no = position(search_, bracket.no), yes = position(search_, bracket.yes);
    const double side = yes > no ? 1.0 : -1.0, width = std::fabs(yes - no);
    const Evaluation& nearest = curve_.at(bracket.no);
    const auto members = static_cast<double>(nearest.members.trials);
    const auto noise = [&](double du) { return margin * std::sqrt(std::fabs(du) / (members * slope)); };
    const double from_no = -excess(nearest) / slope;
    double u = from_no + noise(from_no);
    if (is_at_its_last_look(bracket.yes)) {
        const double from_yes = excess(curve_.at(bracket.yes)) / slope;
        if (std::fabs(from_yes) < std::fabs(from_no)) u = width - from_yes + noise(from_yes);
    }
    return no + side * std::clamp(u, 0.05 * width, 0.95 * width);
}

// bracket: `no` is nearer to the crossing; the excess is positive at `yes`.
void Crossing::narrow_interval(Bracket bracket, const Excess& excess) {
    const auto holds = [&](double value) { return excess(settled(value)) > 0.0; };
    if (curve_.looks() == 1) {
        bisect(bracket, holds);
        return;
    }
    for (const auto& [value, evaluation] : curve_.evaluations())  // what is known already
        if (distance(bracket.no, value) < distance(bracket.no, bracket.yes) && excess(evaluation) > 0.0 &&
            (value > bracket.no) == (bracket.yes > bracket.no))
            bracket.yes = value;
    double before = distance(bracket.no, bracket.yes);
    for (int tries = 0; !is_narrow(bracket.no, bracket.yes);) {
        const double along = slope();
        if (along > 0.0 && is_at_its_last_look(bracket.yes) &&
            excess(curve_.at(bracket.yes)) < good_enough * search_.resolution * along)
            break;
        const bool placing = along > 0.0 && tries < tries_before_a_halving;
        const double middle = 0.5 * (position(search_, bracket.no) + position(search_, bracket.yes));
        double value = value_at(search_, placing ? placed(bracket, excess, along) : middle);
        if (value == bracket.no || value == bracket.yes) value = value_at(search_, middle);
        if (value == bracket.no || value == bracket.yes) break;
        (holds(value) ? bracket.yes : bracket.no) = value;
        const double width = distance(bracket.no, bracket.yes);
        tries = placing && width > 0.5 * before ? tries + 1 : 0;
        if (tries == 0) before = width;
    }
}

CriticalValue Crossing::find() {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    CriticalValue result = {level_, ThresholdStatus::unsettled, missing, missing, missing, missing, 0, 0};
    const auto finish = [&](ThresholdStatus status) {
        result.status = status;
        return result;
    };
    std::vector<double> grid = first_pass(search_);
    for (const double value : grid) curve_.at(value);
    const bool falls = curve_.direction(search_) == Direction::falling;
    if (falls) std::reverse(grid.begin(), grid.end());  // from where P is lower
    if (surely_reaches(settled(grid.front()), level_))
        return finish(falls ? ThresholdStatus::above_range : ThresholdStatus::below_range);
    if (!surely_below(settled(grid.front()), level_)) return finish(ThresholdStatus::unsettled);
    const auto sure =
        std::find_if(grid.begin(), grid.end(), [&](double v) { return surely_reaches(settled(v), level_); });
    if (sure == grid.end()) {
        const bool all_below =
            std::all_of(grid.begin(), grid.end(), [&](double v) { return surely_below(settled(v), level_); });
        return finish(all_below ? ThresholdStatus::not_reached : ThresholdStatus::unsettled);
    }
    // by the counts as they are, the failed members taken for no collapse, or for collapse
    const auto first = std::find_if(grid.begin(), sure, [this](double v) { return reaches(v); });
    if (std::any_of(grid.begin(), first, [this](double v) { return may_reach(v); }))
        return finish(ThresholdStatus::unsettled);
    const auto [below, above] = locate(guessed({*(first - 1), *first}));
    const double earliest =
        may_reach(below) ? bisect({*(first - 1), below}, [this](double v) { return may_reach(v); }).no : below;
    // both brackets are about the same crossing
    if (distance(earliest, above) > 2.0 * search_.resolution &&
        !(search_.numbers == Numbers::whole && std::fabs(above - earliest) <= 2.0))
        return finish(ThresholdStatus::unsettled);
    result.resolution = std::fabs(above - earliest);
    const double p_below = largest_share(curve_.at(earliest)), p_above = least_share(curve_.at(above));
    result.value = search_.numbers == Numbers::whole
                       ? std::max(earliest, above)
                       : earliest + (above - earliest) * std::clamp((level_ - p_below) / (p_above - p_below), 0.0, 1.0);

    // Narrow the interval: towards the crossing from the last value that is surely below, and from the first that
    // surely reaches it.
    auto low = first - 1;
    while (low != grid.begin() && !surely_below(settled(*low), level_)) --low;
    if (surely_below(curve_.at(*low), level_) && !surely_below(curve_.at(below), level_))
        narrow_interval({below, *low}, [this](const Evaluation& e) { return level_ - e.interval.high; });
    if (!surely_reaches(curve_.at(above), level_))
        narrow_interval({above, *sure}, [this](const Evaluation& e) { return e.interval.low - level_; });
    const double crossing = search_.numbers == Numbers::whole ? above : result.value;
    double last_below = missing, first_above = missing;
    const auto see = [&](double value, const Evaluation& e) {
        if ((falls ? value > crossing : value < crossing) && surely_below(e, level_)) last_below = value;
        if (std::isnan(first_above) && surely_reaches(e, level_)) first_above = value;
    };
    const auto& seen = curve_.evaluations();
    if (falls)
        std::for_each(seen.rbegin(), seen.rend(), [&](const auto& one) { see(one.first, one.second); });
    else
        std::for_each(seen.begin(), seen.end(), [&](const auto& one) { see(one.first, one.second); });
    result.ci_low = falls ? first_above : last_below;
    result.ci_high = falls ? last_below : first_above;
    return finish(ThresholdStatus::found);
}

}  // namespace modecollapse
