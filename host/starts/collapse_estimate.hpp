// P(collapse) with its 95 % interval, by random starts or by randomized quasi-Monte Carlo.
#pragma once

#include "host/starts/sobol_ensemble.hpp"

namespace modecollapse {

enum class Sampling { monte_carlo, sobol };

struct SamplingPlan {
    Sampling sampling = Sampling::monte_carlo;
    std::uint64_t replicates = default_replicates;  // sobol only
};

struct CollapseEstimate {
    OutcomeCounts counts;
    double p;               // by the rule of failed members (statistics/trial_counts.hpp), as the interval; may be NaN
    double standard_error;  // NaN with p
    Interval interval;      // 95 %
    const char* ci_method;  // "clopper-pearson" or "student-t"
};

// Smallest number of trajectories from `wanted` up that the plan can use: with sobol, replicates times a power of two.
std::uint64_t usable_trajectories(const SamplingPlan& plan, std::uint64_t wanted);

// request.trajectories must be usable. Monte Carlo: exact binomial interval. Sobol: Student's t over the replicates;
// where they are all equal (P so close to 0 or 1 that their spread says nothing) the binomial interval, as if the
// starts were independent. Throws std::domain_error, DeviceError.
CollapseEstimate estimate_collapse(const MixtureSetup& setup, const EnsembleRequest& request, const SamplingPlan& plan,
                                   const Backend& backend, const RunControl& control = {});

}  // namespace modecollapse
