// CPU backend of the flow ensemble: blocks of trajectories over threads; inside a block flow_lanes.cpp runs one trajectory a SIMD lane, in
// the code path of the instruction set asked for.
#include "kernels/flow_ensemble.hpp"

#include "kernels/cpu_blocks.hpp"
#include "kernels/flow_lanes.hpp"

namespace modecollapse {

FlowTask part_of(const FlowTask& task, std::uint64_t begin, std::uint64_t count) {
    FlowTask part = task;
    part.first = task.first + begin;
    part.count = count;
    part.starts = from_index(task.starts, begin);
    part.record = task.record.from(begin);
    return part;
}

OutcomeCounts run_flow_on_cpu(const FlowTask& task, const CpuOptions& options) {
    const FlowLanes lanes = MC_FUNCTION_FOR(options.isa, flow_lanes);
    const auto threads = static_cast<std::uint64_t>(std::max(options.threads, 1));
    const std::uint64_t block_size = std::clamp<std::uint64_t>(task.count / (16 * threads), 64, 16384);
    return run_blocks<OutcomeCounts>(task.count, block_size, options.threads, [&] {
        return [&](std::uint64_t begin, std::uint64_t count) { return lanes(part_of(task, begin, count)); };
    });
}

}  // namespace modecollapse
