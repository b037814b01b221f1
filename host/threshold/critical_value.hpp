// The value of an option at which a collapse probability crosses a level: R_c(d; level) of PHYSICS section 8, or any other
// number that P depends on. The search knows P(value) and nothing else.
//
// The curve is estimated by Monte Carlo with the same initial draws at every value (common random numbers), so that
// neighbouring values differ only by the members whose fate really changes. P may jump over the level at a fold, and fall
// again: what is looked for is the first crossing, seen from the end of the range where P is lower.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "host/mixture/ensemble.hpp"  // RunControl
#include "host/statistics/collapse_estimate.hpp"

namespace modecollapse {

struct Evaluation : CollapseEstimate {
    double value;                      // of what is searched
    std::vector<std::int64_t> counts;  // by class of outcome of the family
};

// At a searched value P surely reaches the level if its lower bound does, and is surely below if its upper bound is.
//   found        from the first value on, where P is surely below, to one where it surely reaches; the crossing in between
//                is known to the resolution whatever the failed members would have been
//   below_range  P rises, and surely reaches the level at the first value already
//   not_reached  P is surely below at every value of the first pass
//   unsettled    none of these: more members could tell, or fewer failed ones
//   above_range  P falls, and surely reaches the level at the last value still
enum class ThresholdStatus { found, below_range, not_reached, unsettled, above_range };
inline constexpr const char* threshold_status_names[] = {"found", "below_range", "not_reached", "unsettled",
                                                         "above_range"};

// Missing values (no crossing, or no searched value that qualifies for an end of the interval) are NaN.
struct CriticalValue {
    double level;
    ThresholdStatus status;
    double value;         // crossing of the point estimate, interpolated inside the last bracket; of whole numbers the
                          // larger end of it; NaN unless found
    double ci_low;        // the nearest searched values on either side where P is surely on its side of the level
    double ci_high;       //
    double resolution;    // width of the bracket
    int evaluations;      // values evaluated on this curve until this level was done
    std::int64_t failed;  // members of these that failed
    std::int64_t members = 0;  // of all these
};

enum class Scale { linear, logarithmic };
inline constexpr const char* scale_names[] = {"linear", "log"};
enum class Numbers { real, whole };
enum class Direction { rising, falling };
inline constexpr const char* direction_names[] = {"rising", "falling"};
enum class Seen { rising, from_the_ends };  // how the direction is known: it is rising, or what P is at the two ends

struct ThresholdSearch {
    double low = 0.5;
    double high = 3.0;
    double coarse_step = 0.05;  // largest spacing of the first pass: a peak of P narrower than this can be missed
    double resolution = 5e-4;  // brackets are bisected down to this; with a logarithmic scale both are of the logarithm
    Scale scale = Scale::linear;
    Numbers numbers = Numbers::real;  // whole: down to neighbours at most
    Seen direction = Seen::rising;
};

// P(value), evaluated where asked and remembered.
class CollapseCurve {
public:
    using Evaluate = std::function<Evaluation(double value)>;

    // control.progress is told the number of evaluations.
    CollapseCurve(Evaluate evaluate, const RunControl& control) : evaluate_(std::move(evaluate)), control_(control) {}

    const Evaluation& at(double value);
    const std::map<double, Evaluation>& evaluations() const { return evaluations_; }

    // Both evaluate the first pass on first use.
    CriticalValue find(double level, const ThresholdSearch& search);
    Direction direction(const ThresholdSearch& search);

private:
    // Bisects between `no` and `yes` down to the resolution; `holds` is false at `no`, true at `yes`. Returns the last
    // pair.
    template <class Predicate>
    std::pair<double, double> bisect(double no, double yes, const ThresholdSearch& search, const Predicate& holds);

    Evaluate evaluate_;
    RunControl control_;
    std::map<double, Evaluation> evaluations_;
};

// The values of the first pass: evenly spaced on the scale, ends included, at most `coarse_step` apart.
std::vector<double> first_pass(const ThresholdSearch& search);

// Values that a curve is likely to be evaluated at, for progress and forecasts.
double expected_evaluations(const ThresholdSearch& search, std::size_t levels);

}  // namespace modecollapse
