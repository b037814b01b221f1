// P(collapse) with its 95 % interval, by random starts or by randomized quasi-Monte Carlo.
#pragma once

#include "host/starts/sobol_ensemble.hpp"
#include "host/statistics/collapse_estimate.hpp"

namespace modecollapse {

enum class Sampling { monte_carlo, sobol };

struct SamplingPlan {
    Sampling sampling = Sampling::monte_carlo;
    std::uint64_t replicates = default_replicates;  // sobol only
};

struct EnsembleEstimate : CollapseEstimate {
    OutcomeCounts counts;
};

// Fewer collapses in all, or fewer that did not collapse: too few in a replicate for Student's interval, which then covers
// with down to 0.85 (counts in 16 replicates: 0.90). With this number the shares of independent starts are covered with
// 0.943 at least, whatever the replicates, by summing Poisson laws.
inline constexpr std::int64_t fewest_for_student = 32;

// Smallest number of trajectories from `wanted` up that the plan can use: with sobol, replicates times a power of two.
std::uint64_t usable_trajectories(const SamplingPlan& plan, std::uint64_t wanted);

// request.trajectories must be usable. Monte Carlo: exact binomial interval. Sobol: Student's t over the replicates;
// with few collapses, or few others, the binomial interval, as if the starts were independent. Throws std::domain_error, DeviceError.
EnsembleEstimate estimate_collapse(const MixtureSetup& setup, const EnsembleRequest& request, const SamplingPlan& plan,
                                   const Backend& backend, const RunControl& control = {});

}  // namespace modecollapse
