// P(collapse) by randomized quasi-Monte Carlo: R independently scrambled Sobol sequences of n starts each, in place of
// random starts.
//
// Each replicate's share of collapsed trajectories is an unbiased estimate of P; their spread gives the standard error.
// The indicator of collapse jumps on a surface of the cube, so the error falls like n^(-2/3) instead of n^(-1/2) [He
// and Wang, SIAM J. Numer. Anal. 53 (2015) 2488]; measured: bench/results/sobol_error.md.
//
// Start i of replicate r is a function of (dimension, seed, r, i): any threads and chunks give the same counts.
#pragma once

#include "host/mixture/ensemble.hpp"
#include "host/statistics/replicates.hpp"

namespace modecollapse {

inline constexpr std::uint64_t smallest_replicates = 2;
inline constexpr std::uint64_t largest_replicates = 1024;
inline constexpr std::uint64_t default_replicates = 16;

struct SobolRequest {
    double dimension = 10.0;
    std::uint64_t seed = 0;
    std::uint64_t replicates = default_replicates;
    std::uint64_t starts = 0;  // per replicate; a power of two keeps the points balanced
    std::uint64_t chunk = 0;   // starts held in memory at a time; 0: what suits the backend
};

struct SobolResult {
    OutcomeCounts counts;                 // over all replicates
    std::vector<std::int64_t> collapsed;  // (replicates)
    std::vector<std::int64_t> failed;     // (replicates)
    ReplicateMean collapsed_share;        // of all starts; interval cut at 0 and 1
    ReplicateMean possible_share;         // the same of those that collapsed or failed
};

// Throws std::domain_error for replicates out of range or no starts, DeviceError.
SobolResult run_sobol_ensemble(const MixtureSetup& setup, const SobolRequest& request, const Backend& backend,
                               const RunControl& control = {});

// Starts first .. first + count - 1 of the whole run (replicate after replicate), made by `threads` threads. starts:
// (count).
class StartMap;
void fill_sobol_starts(const StartMap& map, const SobolRequest& request, std::uint64_t first, std::uint64_t count,
                       int threads, OrderParameters<double>* starts);

}  // namespace modecollapse
