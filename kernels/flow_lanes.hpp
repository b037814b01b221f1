// The CPU ensemble on one thread, compiled once per instruction set from flow_lanes.cpp.
#pragma once

#include "kernels/flow_ensemble.hpp"

namespace modecollapse {

using FlowLanes = OutcomeCounts (*)(const FlowTask&);

OutcomeCounts flow_lanes_baseline(const FlowTask& task);
OutcomeCounts flow_lanes_avx2(const FlowTask& task);
OutcomeCounts flow_lanes_avx512(const FlowTask& task);

}  // namespace modecollapse
