// CUDA backend of the sampled ensemble. The physics and the order of the draws are those of include/; here is who computes what.
//
//   reduced   and diffusion: one thread a trajectory: all trajectories take the same number of steps, so no thread waits for another. The
//   same bits as on
//             the CPU by construction.
//   full      one block a trajectory: sgd_block.cuh.
// Counts are 64-bit integers: a column for each thread, one sum a block, reduced at the end by CUB.
#include <algorithm>
#include <cstdio>

#include "kernels/launch.cuh"
#include "kernels/sgd_block.cuh"
#include "kernels/sgd_thread.hpp"
#include "kernels/slice_arrays.cuh"
#include "modecollapse/diffusion_sampler.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t slice_of_trajectories = 1u << 18;  // a launch: bounds the device memory of records

struct BlockCounts {
    std::int64_t* table;  // (CountColumn::entries, columns)
    int columns;
};

__device__ void add_counts(const std::int64_t* columns, BlockCounts counts) {
    __syncthreads();
    if (threadIdx.x >= CountColumn::entries) return;
    std::int64_t sum = 0;
    for (unsigned int i = 0; i < block_threads; ++i) sum += columns[threadIdx.x * block_threads + i];
    counts.table[static_cast<std::uint64_t>(threadIdx.x) * counts.columns + blockIdx.x] += sum;
}

__device__ CountColumn clear_counts(std::int64_t* columns) {
    for (int entry = 0; entry < CountColumn::entries; ++entry) columns[entry * block_threads + threadIdx.x] = 0;
    __syncthreads();
    return {columns + threadIdx.x, static_cast<int>(block_threads)};
}

// StepSampler: ReducedSampler or DiffusionSampler.
template <class StepSampler>
__global__ void __launch_bounds__(block_threads)
    thread_kernel(const __grid_constant__ SampledProblem problem, const __grid_constant__ SampledTask task, BlockCounts block_counts) {
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    CountColumn counts = clear_counts(columns);
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
    if (index < task.count) {
        const std::uint64_t id = task.first + index;
        const Normals normals(PhiloxWords{}, task.seed, &id);
        const StepSampler sampler(problem, normals, PhiloxWords{}, task.seed, &id);
        OrderParameters<double> state = sampled_start<PhiloxWords>(problem, task, index);
        const auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) { return sampler.step(y, step); };
        const double aligned = follow_sampled(problem, task.path, state, advance, [&](const OrderParameters<double>& y, std::uint64_t k) {
            record_on_path(problem, task.path, index, k, y);
        });
        count_and_record(problem, state, aligned, index, task.record, counts);
    }
    add_counts(columns, block_counts);
}

// A block takes trajectories blockIdx.x, blockIdx.x + gridDim.x, ...
template <SampledKind kind>
__global__ void __launch_bounds__(block_threads)
    full_kernel(const __grid_constant__ SampledProblem problem, const __grid_constant__ SampledTask task, double* memory,
                std::uint64_t vectors_each, BlockCounts block_counts) {
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    __shared__ double scratch[warps][2];
    alignas(16) __shared__ unsigned char sums_storage[warps * sizeof(BatchSums<double, kind>)];
    auto* shared_sums = reinterpret_cast<BatchSums<double, kind>*>(sums_storage);
    CountColumn counts = clear_counts(columns);
    const auto size = static_cast<std::uint64_t>(problem.dimension);
    BlockVectors<kind> vectors = {
        memory + blockIdx.x * vectors_each * size, size, {0.0, 0.0}, static_cast<unsigned int>((vectors_each - 2) / warps), scratch};
    for (std::uint64_t index = blockIdx.x; index < task.count; index += gridDim.x) {
        const std::uint64_t id = task.first + index;
        const Normals normals(PhiloxWords{}, task.seed, &id);
        OrderParameters<double> state = sampled_start<PhiloxWords>(problem, task, index);
        const Frame<double> frame = frame_of(state, frame_size(problem.dimension));
        for (std::uint64_t k = threadIdx.x; k < size; k += block_threads) {
            vectors.set_mean(0, k, k == 0 ? frame.m1 : k == 1 ? frame.b1 : 0.0);
            vectors.set_mean(1, k, k == 0 ? frame.m2 : k == 1 ? frame.b2 : k == 2 ? frame.c2 : 0.0);
        }
        __syncthreads();
        const auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) {
            return full_step<kind>(problem, vectors, normals, shared_sums, y, step);
        };
        const double aligned = follow_sampled(problem, task.path, state, advance, [&](const OrderParameters<double>& y, std::uint64_t k) {
            if (threadIdx.x == 0) record_on_path(problem, task.path, index, k, y);
        });
        if (threadIdx.x == 0) count_and_record(problem, state, aligned, index, task.record, counts);
        __syncthreads();
    }
    add_counts(columns, block_counts);
}

// Device copies of the states along the way, for one slice.
class SlicePath {
public:
    SlicePath(const SampledPath& path, std::uint64_t slice) : steps_(path.times) {
        const Values wanted = values_of(path);
        for (int i = 0; i < 4; ++i) values_[i] = gpu::DeviceBuffer<double>(wanted.array[i] ? slice * path.times : 0);
        steps_.upload(path.steps, path.times);
    }
    SampledPath on_device() const {
        return {steps_.data(), steps_.size(), values_[0].data(), values_[1].data(), values_[2].data(), values_[3].data()};
    }
    void download(const SampledPath& path, std::uint64_t begin, std::uint64_t count) const {
        const Values wanted = values_of(path.from(begin));
        for (int i = 0; i < 4; ++i)
            if (wanted.array[i]) values_[i].download(wanted.array[i], count * path.times);
    }

private:
    struct Values {
        double* array[4];
    };
    static Values values_of(const SampledPath& path) { return {{path.m1, path.m2, path.u, path.weight}}; }

    gpu::DeviceBuffer<std::uint64_t> steps_;
    gpu::DeviceBuffer<double> values_[4];
};

template <SampledKind kind>
void launch_threads(const SampledProblem& problem, const SampledTask& part, BlockCounts counts) {
    const gpu::Grid grid = gpu::grid_for(part.count, block_threads, block_threads);
    if (part.sampler == Sampler::reduced)
        return gpu::launch("reduced", grid, thread_kernel<ReducedSampler<double, kind, Normals, PhiloxWords>>, problem, part, counts);
    if constexpr (kind != SampledKind::score)
        gpu::launch("diffusion", grid, thread_kernel<DiffusionSampler<double, kind, Normals, PhiloxWords>>, problem, part, counts);
}

template <SampledKind kind>
OutcomeCounts run(const SampledTask& task, std::uint64_t multiprocessors) {
    const SampledProblem& problem = *task.problem;
    const bool full = task.sampler == Sampler::full;
    const std::uint64_t slice = std::min(task.count, slice_of_trajectories);
    const std::uint64_t blocks =
        full ? std::min<std::uint64_t>(slice, 4 * multiprocessors) : gpu::ceiling_of_quotient(slice, block_threads);
    const std::uint64_t vectors_each = full ? 2 + warps * (full_vectors(problem) == 2 ? 0 : full_vectors(problem) - 3) : 0;
    gpu::SliceArrays arrays(task.starts, task.record, slice);
    SlicePath path(task.path, slice);
    gpu::DeviceBuffer<double> memory(full ? blocks * vectors_each * static_cast<std::uint64_t>(problem.dimension) : 0);
    const int columns = static_cast<int>(blocks);
    gpu::DeviceBuffer<std::int64_t> table(static_cast<std::size_t>(CountColumn::entries) * columns);
    table.set_to_zero();
    for (std::uint64_t begin = 0; begin < task.count; begin += slice) {
        const std::uint64_t count = std::min(slice, task.count - begin);
        SampledTask part = arrays.upload(task, begin, count);
        part.path = path.on_device();
        part.stop = nullptr;
        const BlockCounts counts = {table.data(), columns};
        if (full)
            gpu::launch("full_kernel", {static_cast<unsigned int>(std::min(blocks, count)), block_threads}, full_kernel<kind>, problem,
                        part, memory.data(), vectors_each, counts);
        else
            launch_threads<kind>(problem, part, counts);
        arrays.download(task.record, begin, count);
        path.download(task.path, begin, count);
    }
    const std::vector<std::int64_t> sums = gpu::sum_rows(table, CountColumn::entries, columns);
    OutcomeCounts total = {};
    std::copy_n(sums.begin(), outcome_count, total.count);
    total.attempts = static_cast<std::int64_t>(task.count * problem.steps);
    total.quasi = sums[CountColumn::quasi];
    return total;
}

}  // namespace

OutcomeCounts run_sampled_on_cuda(const SampledTask& task, const CudaOptions& options) {
    require_covered(task);
    MC_CUDA_CHECK(cudaSetDevice(options.device));
    if (task.count == 0) return {};
    int multiprocessors = 0;
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, options.device));
    const auto count = static_cast<std::uint64_t>(multiprocessors);
    return with_kind(*task.problem, [&](auto tag) { return run<decltype(tag)::kind>(task, count); });
}

}  // namespace modecollapse
