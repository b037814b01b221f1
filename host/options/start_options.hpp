// From options to how the initial law is sampled: random starts, scrambled Sobol points, or importance sampling of rare
// collapse.
#pragma once

#include "host/options/configuration.hpp"
#include "host/starts/collapse_estimate.hpp"

namespace modecollapse {

// Throws UsageError where --sampling, --replicates, --rare, --relative-error and the rest of the options do not go
// together.
void require_sampling(const Configuration& options);

// Throws UsageError if options ask for anything but random starts, which is all that `place` has.
void require_random_starts(const Configuration& options, const char* place);

SamplingPlan sampling_from(const Configuration& options);

// --trajectories, rounded up to what the plan can use; a rounding is noted on stderr.
std::uint64_t trajectories_from(const Configuration& options, const SamplingPlan& plan);

// "sobol" or "monte-carlo".
const char* name_of(Sampling sampling);

}  // namespace modecollapse
