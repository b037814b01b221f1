// The CPU ensemble on one thread, compiled once per instruction set from kernels/gradient_flow/lanes.cpp.
#pragma once

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

// The thread's part of a task: it takes trajectories from `next`, which all threads share and which begins at 0, a few at a
// time until there are none.
inline constexpr std::uint64_t trajectories_taken = 64;  // at a time: some registers
using GradientFlowLanes = OutcomeCounts (*)(const TrajectoryTask&, std::uint64_t& next);

OutcomeCounts gradient_flow_lanes_baseline(const TrajectoryTask& task, std::uint64_t& next);
OutcomeCounts gradient_flow_lanes_avx2(const TrajectoryTask& task, std::uint64_t& next);
OutcomeCounts gradient_flow_lanes_avx512(const TrajectoryTask& task, std::uint64_t& next);

}  // namespace modecollapse
