// CPU backend of the flow ensemble: the ids of a task are cut into blocks, which threads take from a shared counter. Inside a block
// flow_lanes.cpp runs one trajectory a SIMD lane, in the code path of the instruction set asked for.
#include "kernels/flow_ensemble.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "kernels/flow_lanes.hpp"

namespace modecollapse {
namespace {

FlowLanes lanes_for(const char* isa) {
#if defined(MODECOLLAPSE_X86_LANES)
    if (std::strcmp(isa, "avx512") == 0) return flow_lanes_avx512;
    if (std::strcmp(isa, "avx2") == 0) return flow_lanes_avx2;
#endif
    return flow_lanes_baseline;
}

}  // namespace

FlowTask part_of(const FlowTask& task, std::uint64_t begin, std::uint64_t count) {
    FlowTask part = task;
    part.first = task.first + begin;
    part.count = count;
    if (task.starts) part.starts = task.starts + begin;
    if (task.record.outcome) part.record.outcome = task.record.outcome + begin;
    if (task.record.m1) part.record.m1 = task.record.m1 + begin;
    if (task.record.m2) part.record.m2 = task.record.m2 + begin;
    if (task.record.u) part.record.u = task.record.u + begin;
    if (task.record.time) part.record.time = task.record.time + begin;
    if (task.record.weight) part.record.weight = task.record.weight + begin;
    if (task.record.aligned) part.record.aligned = task.record.aligned + begin;
    return part;
}

bool cpu_supports(const char* isa) {
    if (std::strcmp(isa, "baseline") == 0) return true;
#if defined(MODECOLLAPSE_X86_LANES)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (std::strcmp(isa, "avx2") == 0) return avx2;
    if (std::strcmp(isa, "avx512") == 0)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw");
#endif
    return false;
}

const char* best_cpu_isa() {
    for (const char* isa : {"avx512", "avx2"})
        if (cpu_supports(isa)) return isa;
    return "baseline";
}

OutcomeCounts run_flow_on_cpu(const FlowTask& task, const CpuOptions& options) {
    if (!cpu_supports(options.isa)) throw std::invalid_argument(std::string("this processor does not support ") + options.isa);
    const FlowLanes lanes = lanes_for(options.isa);
    const auto threads = static_cast<std::uint64_t>(std::max(options.threads, 1));
    const std::uint64_t block_size = std::clamp<std::uint64_t>(task.count / (16 * threads), 64, 16384);
    const std::uint64_t blocks = (task.count + block_size - 1) / block_size;

    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;
    OutcomeCounts total = {};
    const auto work = [&] {
        OutcomeCounts mine = {};
        for (std::uint64_t block; (block = next.fetch_add(1)) < blocks;) {
            const std::uint64_t begin = block * block_size;
            const OutcomeCounts counts = lanes(part_of(task, begin, std::min(block_size, task.count - begin)));
            for (int i = 0; i < outcome_count; ++i) mine.count[i] += counts.count[i];
            mine.attempts += counts.attempts;
            mine.quasi += counts.quasi;
        }
        const std::lock_guard<std::mutex> lock(mutex);
        for (int i = 0; i < outcome_count; ++i) total.count[i] += mine.count[i];
        total.attempts += mine.attempts;
        total.quasi += mine.quasi;
    };
    std::vector<std::thread> workers;
    for (std::uint64_t i = 1; i < std::min(threads, blocks); ++i) workers.emplace_back(work);
    work();
    for (std::thread& worker : workers) worker.join();
    return total;
}

}  // namespace modecollapse
