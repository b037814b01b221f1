// The value of an option at which a collapse probability crosses a level: R_c(d; level) of PHYSICS section 8, or any other
// number that P depends on. The search knows P(value) and nothing else.
//
// The curve is estimated by Monte Carlo with the same initial draws at every value (common random numbers), so that
// neighbouring values differ only by the members whose fate really changes. P may jump over the level at a fold, and fall
// again: what is looked for is the first crossing, seen from the end of the range where P is lower.
//
// Members are spent where they matter: a value is looked at after its first few members, then whenever their number has
// doubled, and no more once its interval excludes the level (host/statistics/sequential.hpp). Near the crossing, where
// intervals hold it to the last, values are placed by interpolation. What else is known of P, such as a theory, may only
// say where to look next.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "host/mixture/ensemble.hpp"  // RunControl
#include "host/statistics/collapse_estimate.hpp"
#include "host/statistics/sequential.hpp"
#include "host/threshold/late_spending.hpp"

namespace modecollapse {

struct Evaluation : CollapseEstimate {
    double value;                      // of what is searched
    std::vector<std::int64_t> counts;  // by class of outcome of the family
    std::uint64_t look = 1;            // looks made
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
    using Sample = std::function<Evaluation(double value, std::uint64_t members)>;  // the first so many, as estimated
    using Guess = std::function<double(double value)>;                              // P as far as it is known; NaN

    // With a fixed number of members a value. control.progress is told the number of evaluations.
    CollapseCurve(Evaluate evaluate, const RunControl& control);
    // With as many as it takes, up to the schedule's last look; of one look the interval is the sample's own.
    CollapseCurve(Sample sample, const LookSchedule& looks, Guess guess = {});

    const Evaluation& at(double value);                     // after one look at least
    const Evaluation& settled(double value, double level);  // on a side of the level, or after the last look
    const std::map<double, Evaluation>& evaluations() const { return evaluations_; }

    // Both evaluate the first pass on first use.
    CriticalValue find(double level, const ThresholdSearch& search);
    Direction direction(const ThresholdSearch& search);

    std::uint64_t looks() const { return looks_.looks(); }

private:
    const Evaluation& look(double value, std::uint64_t members);

    Sample sample_;
    LookSchedule looks_;
    Guess guess_;
    std::map<double, Evaluation> evaluations_;
};

// The values of the first pass: evenly spaced on the scale, ends included, at most `coarse_step` apart.
std::vector<double> first_pass(const ThresholdSearch& search);

// Values that a curve is likely to be evaluated at with all members, for progress and forecasts.
double expected_evaluations(const ThresholdSearch& search, const LookSchedule& looks, std::size_t levels);

}  // namespace modecollapse
