// Probability of a rare set of starts under the initial law, by adaptive importance sampling in its three normal
// deviates.
//
// 1. Levels: level 0 draws from wide normal laws, each further one from kernels around what the last one found in the
//    set (proposal.hpp), until the variance of the weights settles.
// 2. Estimate: n fresh draws from the last proposal, fixed by then:  P = (1/n) sum of weight over the draws in the set.
//    Independent of the levels given the proposal, so unbiased whatever the levels did; n is set beforehand from the
//    variance that the last level showed.
//
// A part of the set that no kernel covers is still drawn by the wide laws, but may be missed in n draws; then the
// estimate is too low and its interval too short. Every level gives an estimate of its own, and one that is clearly
// above the last one tells.
//
// Draw i of level l is a function of (seed, l, i) and sums are taken in order: the result is the same for any threads
// and chunks.
#pragma once

#include <cstdint>
#include <functional>

#include "host/statistics/binomial.hpp"
#include "modecollapse/mixture/order_parameters.hpp"

namespace modecollapse {

// fates[i] says whether starts[i] belongs to the set; both (count).
enum StartFate : std::uint8_t { start_outside = 0, start_inside = 1, start_failed = 2 };  // the last: nobody knows
using StartSet = std::function<void(const OrderParameters<double>* starts, std::uint64_t count, std::uint8_t* fates)>;

inline constexpr std::uint64_t smallest_rare_budget = 16384;
inline constexpr double default_relative_error = 0.1;

struct RareEventRequest {
    double dimension = 10.0;
    std::uint64_t seed = 0;
    double relative_error = default_relative_error;  // wanted: standard error / P
    std::uint64_t budget = 1000000;                  // draws in total
    int threads = 1;                                 // that make draws and weights; the set brings its own
    std::uint64_t chunk = 1u << 17;                  // draws held in memory at a time
    double start_weight = 0.0;  // coordinate of the weight at every start (GradientFlowPayload::start_weight)
};

// not_found: no draw was in the set. unsettled: the levels ended before the weights became even, or one of them saw
// clearly more than the estimate does: its proposal may miss a part of the set, and the interval need not hold.
// failed: p is unknown, or failed draws alone leave more of it open than the relative error wanted.
enum class RareEventStatus { reached, budget_used, not_found, unsettled, failed };
inline constexpr const char* rare_event_status_names[] = {"reached", "budget_used", "not_found", "unsettled", "failed"};

struct RareEventEstimate {
    RareEventStatus status;
    double p;  // by the rule of failed members (statistics/trial_counts.hpp), as the interval; NaN: unknown
    double standard_error;
    Interval interval;      // 95 %, normal, cut at 0 and 1; not_found: 0 to the binomial bound of the nominal draws
    double relative_error;  // standard error / p; NaN if not found
    int levels;
    std::uint64_t draws;        // in total
    std::uint64_t final_draws;  // behind the estimate
    std::uint64_t final_inside;
    std::uint64_t failed;  // of all draws
    double failed_share;   // of the initial law, or of the draws: whichever is larger
};

// progress, if any, gets the draws done so far. Throws std::domain_error for a request out of range.
RareEventEstimate estimate_rare_event(const RareEventRequest& request, const StartSet& set,
                                      const std::function<void(std::uint64_t)>& progress = {});

}  // namespace modecollapse
