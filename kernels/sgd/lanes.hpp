// The CPU ensemble of sampled trajectories on one thread, compiled once per instruction set from lanes.cpp.
#pragma once

#include "kernels/sgd/ensemble.hpp"

namespace modecollapse {

inline constexpr std::uint64_t most_sgd_lanes = 8;

// memory: (full_vectors, d, most_sgd_lanes) numbers for the full sampler; null for the reduced one.
using SgdLanes = OutcomeCounts (*)(const SgdTask&, double* memory);

OutcomeCounts sgd_lanes_baseline(const SgdTask& task, double* memory);
OutcomeCounts sgd_lanes_avx2(const SgdTask& task, double* memory);
OutcomeCounts sgd_lanes_avx512(const SgdTask& task, double* memory);

}  // namespace modecollapse
