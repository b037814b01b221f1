// What a command says of members that failed: a warning with their share and what to change, and exit code 6 where it is
// above --failed-limit or leaves a probability unknown (the rule: host/statistics/trial_counts.hpp).
#pragma once

#include <string>
#include <vector>

#include "host/cli/output.hpp"
#include "host/report/estimate.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

// The members behind one probability of a result.
struct MemberFailures {
    double failed = 0.0, members = 0.0;
    double share = 0.0;
    bool known = true;  // the probability is
    std::string place;  // "at R = 1.5, d = 10"; empty: there is only one
};
MemberFailures failures_of(const TrialCounts& counts, const std::string& place = "");

struct FailureReport {
    std::string warning;  // empty: nothing failed
    bool too_many = false;
};

// remedy: what to change, as of remedy_for. The worst of `all` is named.
FailureReport judge(const std::vector<MemberFailures>& all, double limit, const std::string& of,
                    const std::string& remedy);

// A warning where some of what was followed failed; for commands that print every member's outcome and no probability,
// whose exit code stays 0.
void warn_of_failures(const Configuration& options, std::size_t failed, std::size_t members, const std::string& of);

// Into the report: warning, exit code, "failed_limit" in JSON.
void report_failures(const Configuration& options, const std::vector<MemberFailures>& all, Report& report);

}  // namespace modecollapse
