// How long a warm-up of the KL weight? The time t0 of beta = b0 + (b - b0) tanh(theta/t0) with the smallest median time,
// over starts, until all of the signal that can be captured is captured, c = min(M, M*), and the warm-up is over: beta at
// 99 % of its end. Without the second the longest is always the best: while beta is small, anything is active.
#pragma once

#include <cstdint>
#include <vector>

#include "modecollapse/linear_vae/problem.hpp"

namespace modecollapse::linear_vae {

struct WarmUp {
    double time;         // t0
    double median_time;  // until recovery; infinite where half the members do not come there by the horizon
};

struct BestWarmUp {
    enum class Status { found, at_the_edge, never } status;  // at_the_edge: the best is the shortest or longest tried
    WarmUp best;                                             // NaN, infinite unless found or at the edge
    double without;                                          // median time at constant beta
    std::vector<WarmUp> tried;                               // by t0
    int starts;
};

// Median time of the flow at a given annealing time, over the members 0 .. starts - 1 of `seed`.
double median_recovery_time(const Payload& problem, std::uint64_t seed, int starts, int threads);

// Tries t0 from `shortest` to `longest` on a logarithmic grid, the same starts at each, and refines around the best.
// Throws std::domain_error for another dynamics than the flow's.
BestWarmUp best_warm_up(Payload problem, double shortest, double longest, std::uint64_t seed, int starts, int threads);

}  // namespace modecollapse::linear_vae
