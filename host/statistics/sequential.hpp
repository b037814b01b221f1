// Intervals for a probability that hold although the number of trials is decided by looking at them, and the rule that
// decides.
//
//   looks k = 1 .. K at n_k = min(n_1 2^(k-1), n_K) trials
//   interval at any look: Clopper-Pearson with alpha = 0.05 / K
//
// Whatever the rule makes of the intervals, P(one of the K misses p) <= K alpha = 0.05 (Bonferroni): so the one at
// which it stops covers with at least 0.95 [Jennison and Turnbull, Group Sequential Methods, Chapman and Hall 2000,
// section 9]. Without the division, an experiment that stops once its interval excludes p is wrong far more often
// than in 5 % of the cases. What the interval does not need, the estimate of p does: see unbiased_share.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

// When an experiment is looked at: after n_1 trials, then whenever their number has doubled, at last after the most
// that it may take.
struct LookSchedule {
    std::uint64_t first = 1;  // n_1
    std::uint64_t most = 1;   // n_K; below `first`: n_1 is the only look

    std::uint64_t looks() const;                           // K
    std::uint64_t trials_at(std::uint64_t look) const;     // n_k, for k = 0 (no trials) .. K
    std::uint64_t looks_made(std::uint64_t trials) const;  // the last look at or before that many trials
};

inline constexpr const char* spent_interval_name = "clopper-pearson-spent";

// The interval at each of `looks` looks; of one look Clopper-Pearson as it is. Failed trials as in trial_counts.hpp.
// Throws std::domain_error for impossible counts.
Interval spent_interval(const TrialCounts& counts, std::uint64_t looks, double confidence = 0.95);

// Is an interval good enough? One that contains no level may be `width` wide at most, one that contains a level
// `near_width`.
struct StoppingRule {
    double width = 1.0;
    std::vector<double> levels;
    double near_width = 1.0;

    bool contains_level(const Interval& interval) const;
    bool stops_at(const Interval& interval) const;
};

}  // namespace modecollapse
