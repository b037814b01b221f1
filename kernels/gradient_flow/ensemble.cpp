// CPU backend of the flow ensemble: threads take trajectories from a shared counter, and kernels/gradient_flow/lanes.cpp runs one
// a SIMD lane, in the code path of the instruction set asked for.
#include "kernels/gradient_flow/ensemble.hpp"

#include "kernels/gradient_flow/lanes.hpp"
#include "kernels/run/cpu_blocks.hpp"

namespace modecollapse {

TrajectoryTask part_of(const TrajectoryTask& task, std::uint64_t begin, std::uint64_t count) {
    TrajectoryTask part = task;
    part.first = task.first + begin;
    part.count = count;
    part.starts = from_index(task.starts, begin);
    part.record = task.record.from(begin);
    return part;
}

OutcomeCounts run_trajectories_on_cpu(const TrajectoryTask& task, const CpuOptions& options) {
    const GradientFlowLanes lanes = MC_FUNCTION_FOR(options.isa, gradient_flow_lanes);
    const std::uint64_t most = (task.count + trajectories_taken - 1) / trajectories_taken;
    std::uint64_t next = 0;
    return sum_over_threads<OutcomeCounts>(std::min(static_cast<std::uint64_t>(std::max(options.threads, 1)), most),
                                           [&](const Crew&) { return lanes(task, next); });
}

}  // namespace modecollapse
