// The CPU ensemble of sampled trajectories on one thread, compiled once per instruction set from sgd_lanes.cpp.
#pragma once

#include "kernels/sgd_ensemble.hpp"

namespace modecollapse {

inline constexpr std::uint64_t most_sampled_lanes = 8;

// memory: (full_vectors, d, most_sampled_lanes) numbers for the full sampler; null for the reduced one.
using SgdLanes = OutcomeCounts (*)(const SampledTask&, double* memory);

OutcomeCounts sgd_lanes_baseline(const SampledTask& task, double* memory);
OutcomeCounts sgd_lanes_avx2(const SampledTask& task, double* memory);
OutcomeCounts sgd_lanes_avx512(const SampledTask& task, double* memory);

}  // namespace modecollapse
