// A benchmark that runs the engine on a case, as every command does; and the check that precedes it.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "bench/reference_case.hpp"

namespace modecollapse::bench {

inline constexpr std::uint64_t engine_batch = 1u << 15;  // trajectories a call, unless told otherwise

// Registers it under `name`. Every iteration runs other trajectories than the one before (ids go on), so that no branch
// can be learned by heart. Counters: trajectories, trajectories_per_iteration, attempts_per_trajectory.
benchmark::internal::Benchmark* add_engine(const std::string& name, const Case& which, const std::string& isa,
                                           int threads = 1, std::uint64_t count = engine_batch);

// Does the widest instruction set give the outcomes and end states of the baseline, bit for bit, in the first 64
// trajectories of the case? Prints which case if not.
bool agrees_with_baseline(const std::string& name, const Case& which);

}  // namespace modecollapse::bench
