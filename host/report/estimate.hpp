// The fields that results of several commands share: counts by outcome, P(collapse) with its interval, failures.
#pragma once

#include "host/families/tally.hpp"
#include "host/report/forms.hpp"
#include "host/statistics/collapse_estimate.hpp"

namespace modecollapse {

inline const Names status_words = {"complete", "pending", "failed", "partial"};

// The classes that members are counted by, and what the members are.
struct MemberClasses {
    Names names;
    std::string of, members;  // "trajectory", "trajectories"
};

enum class Members { independent, replicated };

// wilson_low and wilson_high; none unless the members are independent.
void add_score_interval(Result& result, const TrialCounts& counts, Members members);

// The dimension of outcomes with its coordinate, and that they are classes.
void add_outcomes(Result& result, const MemberClasses& classes);

// counts, p_collapse, its interval, kind and standard error, failed, status of one ensemble. asked: members.
void add_estimate(Result& result, const MemberClasses& classes, const std::vector<std::int64_t>& counts,
                  const CollapseEstimate& estimate, std::uint64_t asked);

// "trajectories" of a class, or "trainings".
std::string members_of(const MemberClasses& classes);

// Of one ensemble: a line an outcome with its count, share and, of independent members, exact interval.
Table outcome_table(const Result& result, const MemberClasses& classes, Members members);

// "failed" for an unknown probability, else "complete".
const char* status_of(double p);

// "unknown" for NaN.
std::string probability_text(double p, int decimals);

// A coordinate that stands for an option's resolved value.
Field parameter(const char* name, const std::string& long_name, double value);
Field parameter(const char* name, const std::string& long_name, std::int64_t value);
Field parameter(const char* name, const std::string& long_name, const std::string& word);

}  // namespace modecollapse
