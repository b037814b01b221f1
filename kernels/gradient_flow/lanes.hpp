// The CPU ensemble on one thread, compiled once per instruction set from kernels/gradient_flow/lanes.cpp.
#pragma once

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

using GradientFlowLanes = OutcomeCounts (*)(const TrajectoryTask&);

OutcomeCounts gradient_flow_lanes_baseline(const TrajectoryTask& task);
OutcomeCounts gradient_flow_lanes_avx2(const TrajectoryTask& task);
OutcomeCounts gradient_flow_lanes_avx512(const TrajectoryTask& task);

}  // namespace modecollapse
