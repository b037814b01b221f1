// P(collapse) of a cell of a sweep, with its 95 % interval: of a fixed number of trajectories by Clopper-Pearson, of an
// adaptive number by the sequential forms (host/statistics/sequential.hpp, unbiased_share.hpp).
#pragma once

#include <map>

#include "host/statistics/unbiased_share.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

enum class IntervalMethod : std::uint8_t { clopper_pearson = 0, spent = 1 };
inline constexpr const char* interval_method_names[] = {"clopper-pearson", spent_interval_name};

struct CellEstimate {
    double p;               // NaN without trajectories
    double standard_error;  // NaN where it is unknown: with p, for p of 0 or 1, and of an adaptive number
    Interval interval;      // NaN without trajectories
    IntervalMethod method;
    std::uint64_t look;   // looks made so far
    std::uint64_t looks;  // among which the level of error is shared
};

// Looks of the cell of the plan that may have the most: the one that starts with the fewest trajectories.
std::uint64_t most_looks(const SweepPlan& plan);

inline IntervalMethod interval_method(std::uint64_t looks) {
    return looks > 1 ? IntervalMethod::spent : IntervalMethod::clopper_pearson;
}

class CellEstimator {
public:
    explicit CellEstimator(const SweepPlan& plan) : plan_(plan) {}
    CellEstimate operator()(const Cell& cell, const Tally& tally);

private:
    const SweepPlan& plan_;
    std::map<std::uint64_t, UnbiasedShare> shares_;  // by the trajectories of the first look
};

}  // namespace modecollapse
