// P(collapse) from members of an ensemble, of whatever family, by the rule of failed members (trial_counts.hpp).
#pragma once

#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

// Kinds of interval: of independent members, and of replicates.
inline constexpr const char* estimate_methods[] = {"clopper-pearson", "student-t"};

struct CollapseEstimate {
    TrialCounts members;
    double p;               // NaN: unknown
    double standard_error;  // NaN with p, and for p of 0 or 1: unknown
    Interval interval;      // 95 %
    const char* ci_method;  // of the interval
};

// Of independent members: the exact binomial interval.
inline CollapseEstimate estimate_collapse(const TrialCounts& members) {
    return {members, share_of(members), standard_error_of(members), clopper_pearson(members), estimate_methods[0]};
}

}  // namespace modecollapse
