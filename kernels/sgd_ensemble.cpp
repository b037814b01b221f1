// CPU backend of the sampled ensemble: the ids of a task are cut into blocks, which threads take from a shared counter. Inside a block
// sgd_lanes.cpp runs one trajectory a SIMD lane, in the code path of the instruction set asked for.
#include "kernels/sgd_ensemble.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "kernels/sgd_lanes.hpp"
#include "modecollapse/full_sampler.hpp"

namespace modecollapse {
namespace {

SgdLanes lanes_for(const char* isa) {
#if defined(MODECOLLAPSE_X86_LANES)
    if (std::strcmp(isa, "avx512") == 0) return sgd_lanes_avx512;
    if (std::strcmp(isa, "avx2") == 0) return sgd_lanes_avx2;
#endif
    return sgd_lanes_baseline;
}

template <class T>
T* moved(T* pointer, std::uint64_t offset) {
    return pointer ? pointer + offset : nullptr;
}

SampledTask block_of(const SampledTask& task, std::uint64_t begin, std::uint64_t count) {
    SampledTask block = task;
    block.first = task.first + begin;
    block.count = count;
    block.starts = moved(task.starts, begin);
    const FlowRecord& record = task.record;
    block.record = {moved(record.outcome, begin), moved(record.m1, begin),     moved(record.m2, begin),     moved(record.u, begin),
                    moved(record.time, begin),    moved(record.weight, begin), moved(record.aligned, begin)};
    const std::uint64_t row = begin * task.path.times;
    block.path.m1 = moved(task.path.m1, row);
    block.path.m2 = moved(task.path.m2, row);
    block.path.u = moved(task.path.u, row);
    block.path.weight = moved(task.path.weight, row);
    return block;
}

std::size_t memory_of(const SampledTask& task) {
    if (task.sampler == Sampler::reduced) return 0;
    return static_cast<std::size_t>(full_vectors(*task.problem)) * static_cast<std::size_t>(task.problem->dimension) * most_sampled_lanes;
}

}  // namespace

OutcomeCounts run_sampled_on_cpu(const SampledTask& task, const CpuOptions& options) {
    if (!cpu_supports(options.isa)) throw std::invalid_argument(std::string("this processor does not support ") + options.isa);
    const SgdLanes lanes = lanes_for(options.isa);
    const auto threads = static_cast<std::uint64_t>(std::max(options.threads, 1));
    // whole registers; trajectories are long, so blocks are small
    const std::uint64_t registers = std::clamp<std::uint64_t>(task.count / (8 * threads * most_sampled_lanes), 1, 64);
    const std::uint64_t block_size = registers * most_sampled_lanes;
    const std::uint64_t blocks = (task.count + block_size - 1) / block_size;

    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;
    OutcomeCounts total = {};
    std::exception_ptr failure;
    const auto work = [&] {
        OutcomeCounts mine = {};
        try {
            std::vector<double> memory(memory_of(task));
            for (std::uint64_t block; (block = next.fetch_add(1)) < blocks;) {
                const std::uint64_t begin = block * block_size;
                const OutcomeCounts counts = lanes(block_of(task, begin, std::min(block_size, task.count - begin)), memory.data());
                for (int i = 0; i < outcome_count; ++i) mine.count[i] += counts.count[i];
                mine.attempts += counts.attempts;
                mine.quasi += counts.quasi;
            }
        } catch (...) {  // no memory
            const std::lock_guard<std::mutex> lock(mutex);
            failure = std::current_exception();
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
    if (failure) std::rethrow_exception(failure);
    return total;
}

}  // namespace modecollapse
