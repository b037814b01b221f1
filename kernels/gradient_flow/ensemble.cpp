// CPU backend of the flow ensemble: blocks of trajectories over threads; inside a block kernels/gradient_flow/lanes.cpp
// runs one trajectory a SIMD lane, in the code path of the instruction set asked for.
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
    const auto threads = static_cast<std::uint64_t>(std::max(options.threads, 1));
    const std::uint64_t block_size = std::clamp<std::uint64_t>(task.count / (16 * threads), 64, 16384);
    return run_blocks<OutcomeCounts>(task.count, block_size, options.threads, [&] {
        return [&](std::uint64_t begin, std::uint64_t count) { return lanes(part_of(task, begin, count)); };
    });
}

}  // namespace modecollapse
