// CPU backend of the sampled ensemble: blocks of trajectories over threads; inside a block lanes.cpp runs one
// trajectory a SIMD lane, in the code path of the instruction set asked for.
#include "kernels/sgd/ensemble.hpp"

#include <stdexcept>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/sgd/lanes.hpp"
#include "modecollapse/sgd/full_sampler.hpp"

namespace modecollapse {
namespace {

std::size_t memory_of(const SgdTask& task) {
    if (task.sampler != SgdSampler::full) return 0;
    return static_cast<std::size_t>(full_vectors(*task.problem)) * static_cast<std::size_t>(task.problem->dimension) *
           most_sgd_lanes;
}

}  // namespace

SgdTask part_of(const SgdTask& task, std::uint64_t begin, std::uint64_t count) {
    SgdTask part = task;
    part.first = task.first + begin;
    part.count = count;
    part.starts = from_index(task.starts, begin);
    part.record = task.record.from(begin);
    part.path = task.path.from(begin);
    return part;
}

void require_covered(const SgdTask& task) {
    if (task.sampler == SgdSampler::diffusion && task.problem->estimator == Estimator::score)
        throw std::invalid_argument("the diffusion approximation does not cover the estimator score");
}

OutcomeCounts run_sgd_on_cpu(const SgdTask& task, const CpuOptions& options) {
    require_covered(task);
    const SgdLanes lanes = MC_FUNCTION_FOR(options.isa, sgd_lanes);
    const auto threads = static_cast<std::uint64_t>(std::max(options.threads, 1));
    // whole registers; trajectories are long, so blocks are small
    const std::uint64_t registers = std::clamp<std::uint64_t>(task.count / (8 * threads * most_sgd_lanes), 1, 64);
    return run_blocks<OutcomeCounts>(task.count, registers * most_sgd_lanes, options.threads, [&] {
        return [&, memory = std::vector<double>(memory_of(task))](std::uint64_t begin, std::uint64_t count) mutable {
            return lanes(part_of(task, begin, count), memory.data());
        };
    });
}

}  // namespace modecollapse
