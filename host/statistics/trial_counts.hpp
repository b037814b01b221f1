// A probability from trials of which some failed: the rule of failed members, wherever a probability of collapse is told.
//
//   k successes, f failed, n trials:   p = k / (n - f), unknown (NaN) when more than half of the trials failed
//   interval: the lower bound takes the failed trials for no successes (k of n), the upper one for successes (k + f of n)
//
// So a failed trial is never counted as one outcome or the other, and the interval holds whatever it would have been.
#pragma once

#include <cstdint>

#include "host/statistics/binomial.hpp"

namespace modecollapse {

struct TrialCounts {
    std::int64_t successes = 0;
    std::int64_t failed = 0;
    std::int64_t trials = 0;
};

inline double failed_share(const TrialCounts& counts) {
    return static_cast<double>(counts.failed) / static_cast<double>(counts.trials);
}

// Are there enough trials that did not fail to tell p at all?
inline bool is_known(const TrialCounts& counts) { return counts.trials > 0 && 2 * counts.failed <= counts.trials; }

// p; NaN unless it is known.
double share_of(const TrialCounts& counts);

// sqrt(p (1 - p) / (n - f)); NaN unless p is known and neither 0 nor 1: then no spread was seen.
double standard_error_of(const TrialCounts& counts);

// Both throw std::domain_error for counts that cannot be, or a confidence outside (0, 1).
Interval clopper_pearson(const TrialCounts& counts, double confidence = 0.95);
Interval wilson(const TrialCounts& counts, double confidence = 0.95);

// The same rule from probabilities, where trials are weighted: what collapses, what fails. Rounding takes no share out of
// [0, 1].
inline bool is_known(double failed_share) { return failed_share <= 0.5; }
double share_of(double successes, double failed_share);

}  // namespace modecollapse
