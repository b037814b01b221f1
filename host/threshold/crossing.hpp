// The search for one crossing of a curve: what CollapseCurve::find does at a level.
#pragma once

#include <cmath>

#include "host/threshold/critical_value.hpp"

namespace modecollapse {

inline double least_share(const Evaluation& e) {
    return static_cast<double>(e.members.successes) / static_cast<double>(e.members.trials);
}
inline double largest_share(const Evaluation& e) {
    return static_cast<double>(e.members.successes + e.members.failed) / static_cast<double>(e.members.trials);
}
inline bool surely_reaches(const Evaluation& e, double level) { return e.interval.low >= level; }
inline bool surely_below(const Evaluation& e, double level) { return e.interval.high < level; }

// Along the scale of the search, and back: rounded to 12 digits, or to whole numbers.
double position(const ThresholdSearch& search, double value);
double value_at(const ThresholdSearch& search, double position);

class Crossing {
public:
    Crossing(CollapseCurve& curve, double level, const ThresholdSearch& search, const CollapseCurve::Guess& guess)
        : curve_(curve), level_(level), search_(search), guess_(guess) {}
    CriticalValue find();

private:
    using Holds = std::function<bool(double value)>;
    using Excess = std::function<double(const Evaluation&)>;  // positive where something surely holds, by so much of P
    struct Bracket {
        double no, yes;
    };

    const Evaluation& settled(double value) { return curve_.settled(value, level_); }
    bool reaches(double value) { return least_share(settled(value)) >= level_; }
    bool may_reach(double value) { return largest_share(settled(value)) >= level_; }
    bool is_at_its_last_look(double value) { return curve_.at(value).look == curve_.looks(); }

    double distance(double a, double b) const { return std::fabs(position(search_, b) - position(search_, a)); }
    bool is_narrow(double a, double b) const;  // is there nothing to look at between them?
    double slope();                            // of P along the scale where it crosses the level; 0: unknown

    // Down to the resolution, halving or, where there are looks and P is close to the level, by interpolation.
    Bracket bisect(Bracket bracket, const Holds& holds);
    Bracket locate(Bracket bracket);
    Bracket guessed(Bracket bracket);
    void narrow_interval(Bracket bracket, const Excess& excess);
    double interpolated(const Bracket& bracket);
    double placed(const Bracket& bracket, const Excess& excess, double slope);

    CollapseCurve& curve_;
    double level_;
    const ThresholdSearch& search_;
    const CollapseCurve::Guess& guess_;
};

}  // namespace modecollapse
