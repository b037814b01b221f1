#include "host/threshold/critical_value.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "host/threshold/crossing.hpp"

namespace modecollapse {
namespace {

// Rounded to 12 digits, so that a label reads 1.1 and a value of the first pass is the one a user would type.
double rounded(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.11e", value);
    return std::strtod(text, nullptr);
}

}  // namespace

double position(const ThresholdSearch& search, double value) {
    return search.scale == Scale::linear ? value : std::log(value);
}

double value_at(const ThresholdSearch& search, double position) {
    const double value = search.scale == Scale::linear ? position : std::exp(position);
    if (search.numbers == Numbers::whole) return std::round(value);
    return search.scale == Scale::linear ? std::round(value * 1e12) / 1e12 : rounded(value);
}

std::vector<double> first_pass(const ThresholdSearch& search) {
    const double from = position(search, search.low), span = position(search, search.high) - from;
    const int intervals = std::max(1, static_cast<int>(std::ceil(span / search.coarse_step - 1e-9)));
    std::vector<double> values = {search.low};
    for (int i = 1; i < intervals; ++i) values.push_back(value_at(search, from + span * i / intervals));
    values.push_back(search.high);
    values.erase(std::unique(values.begin(), values.end()), values.end());  // of whole numbers
    return values;
}

double expected_evaluations(const ThresholdSearch& search, const LookSchedule& looks, std::size_t levels) {
    // a level takes some eight values with all members, and a bisection with few; of a fixed number three bisections
    const double first = static_cast<double>(looks.first) / static_cast<double>(std::max(looks.first, looks.most));
    const double halvings = std::max(1.0, std::log2(search.coarse_step / search.resolution));
    const double for_a_level = looks.looks() > 1 ? 8.0 : 3.0 * halvings;
    return first * static_cast<double>(first_pass(search).size()) + for_a_level * static_cast<double>(levels);
}

CollapseCurve::CollapseCurve(Evaluate evaluate, const RunControl& control)
    : CollapseCurve(
          [evaluate = std::move(evaluate), control, done = std::uint64_t{0}](double value, std::uint64_t) mutable {
              Evaluation evaluation = evaluate(value);
              if (control.progress) control.progress(++done);
              return evaluation;
          },
          {1, 1}) {}

CollapseCurve::CollapseCurve(Sample sample, const LookSchedule& looks, Guess guess)
    : sample_(std::move(sample)), looks_(looks), guess_(std::move(guess)) {}

const Evaluation& CollapseCurve::look(double value, std::uint64_t number) {
    Evaluation evaluation = sample_(value, looks_.trials_at(number));
    evaluation.look = number;
    if (looks_.looks() > 1) {
        evaluation.interval = late_spent_interval(evaluation.members, number, looks_.looks());
        evaluation.ci_method = spent_interval_name;
    }
    return evaluations_[value] = std::move(evaluation);
}

const Evaluation& CollapseCurve::at(double value) {
    const auto known = evaluations_.find(value);
    return known != evaluations_.end() ? known->second : look(value, 1);
}

const Evaluation& CollapseCurve::settled(double value, double level) {
    const Evaluation* seen = &at(value);
    while (!surely_below(*seen, level) && !surely_reaches(*seen, level) && seen->look < looks_.looks())
        seen = &look(value, seen->look + 1);
    return *seen;
}

Direction CollapseCurve::direction(const ThresholdSearch& search) {
    if (search.direction == Seen::rising) return Direction::rising;
    for (const double value : first_pass(search)) at(value);
    const auto overlap = [](const Interval& a, const Interval& b) { return a.low <= b.high && b.low <= a.high; };
    while (at(search.low).look < looks_.looks() && overlap(at(search.low).interval, at(search.high).interval)) {
        const std::uint64_t next = at(search.low).look + 1;
        for (const double end : {search.low, search.high})
            if (at(end).look < next) look(end, next);
    }
    return least_share(at(search.high)) < least_share(at(search.low)) ? Direction::falling : Direction::rising;
}

CriticalValue CollapseCurve::find(double level, const ThresholdSearch& search) {
    CriticalValue result = Crossing(*this, level, search, guess_).find();
    result.evaluations = static_cast<int>(evaluations_.size());
    for (const auto& [value, evaluation] : evaluations_) {
        result.failed += evaluation.members.failed;
        result.members += evaluation.members.trials;
    }
    return result;
}

}  // namespace modecollapse
