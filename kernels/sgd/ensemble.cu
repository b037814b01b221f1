// CUDA backend of the sampled ensemble. The physics and the order of the draws are those of include/; here is who
// computes what.
//
//   reduced, diffusion    one thread a trajectory: all take the same number of steps, so no thread waits for
//                         another; the CPU's bits
//   reduced, few          one warp a trajectory, while threads would leave multiprocessors idle: warp.cuh; the same bits
//   full                  one block a trajectory: block.cuh
//
// A launch takes some steps of every trajectory of a slice and leaves where they stand in device memory, so that a stop
// is served in between.
#include <algorithm>
#include <cstdio>

#include "kernels/device/block_counts.cuh"
#include "kernels/device/launch.cuh"
#include "kernels/device/slice_arrays.cuh"
#include "kernels/sgd/block.cuh"
#include "kernels/sgd/thread.hpp"
#include "kernels/sgd/warp.cuh"
#include "modecollapse/sgd/diffusion_sampler.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t slice_of_trajectories = 1u << 18;  // at once: bounds the device memory of records

// What a launch works on. progress: (count), zeros before the first launch.
struct Launch {
    SgdTask task;
    SgdProgress* progress;
    std::uint64_t until;  // step
    BlockCounts counts;
};

// The trajectory as the last launch left it, or at its start.
__device__ __forceinline__ SgdProgress begun(const SgdPayload& problem, const Launch& launch, std::uint64_t index) {
    const SgdProgress progress = launch.progress[index];
    if (progress.steps > 0) return progress;
    return {sgd_start<PhiloxWords>(problem, launch.task, index), 0.0, 0};
}
__device__ __forceinline__ void leave(const SgdPayload& problem, const Launch& launch, std::uint64_t index,
                                      const SgdProgress& progress, CountColumn& counts) {
    launch.progress[index] = progress;
    if (progress.steps == problem.steps)
        count_and_record(problem, progress.state, progress.aligned, index, launch.task.record, counts);
}

// StepSampler: ReducedSampler or DiffusionSampler.
template <class StepSampler>
__global__ void __launch_bounds__(block_threads)
    thread_kernel(const __grid_constant__ SgdPayload problem, const __grid_constant__ Launch launch) {
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    CountColumn counts = clear_counts(columns);
    const SgdTask& task = launch.task;
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
    if (index < task.count) {
        const std::uint64_t id = task.first + index;
        const Normals normals(PhiloxWords{}, task.seed, &id);
        const StepSampler sampler(problem, normals, PhiloxWords{}, task.seed, &id);
        SgdProgress progress = begun(problem, launch, index);
        const auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) {
            return sampler.step(y, step);
        };
        follow_sgd(problem, task.path, launch.until, progress, advance,
                   [&](const OrderParameters<double>& y, std::uint64_t k) {
                       record_on_path(problem, task.path, index, k, y);
                   });
        leave(problem, launch, index, progress, counts);
    }
    add_counts(columns, launch.counts);
}

template <SgdProgram kind>
__global__ void __launch_bounds__(block_threads)
    warp_kernel(const __grid_constant__ SgdPayload problem, const __grid_constant__ Launch launch) {
    using Reduced = ReducedSampler<double, kind, Normals, PhiloxWords>;
    using Sampler = WarpSampler<kind, Normals>;
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    __shared__ typename Sampler::Shared samples[warps];
    CountColumn counts = clear_counts(columns);
    const SgdTask& task = launch.task;
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * warps + threadIdx.x / 32;
    if (index < task.count) {
        const bool leads = threadIdx.x % 32 == 0;
        const std::uint64_t id = task.first + index;
        const Normals normals(PhiloxWords{}, task.seed, &id);
        const Reduced reduced(problem, normals, PhiloxWords{}, task.seed, &id);
        const Sampler sampler(problem, reduced, samples[threadIdx.x / 32]);
        SgdProgress progress = begun(problem, launch, index);
        const auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) {
            return sampler.step(y, step);
        };
        follow_sgd(problem, task.path, launch.until, progress, advance,
                   [&](const OrderParameters<double>& y, std::uint64_t k) {
                       if (leads) record_on_path(problem, task.path, index, k, y);
                   });
        if (leads) leave(problem, launch, index, progress, counts);
    }
    add_counts(columns, launch.counts);
}

// memory: (blocks, vectors_each, d), kept from launch to launch.
template <SgdProgram kind>
__global__ void __launch_bounds__(block_threads)
    full_kernel(const __grid_constant__ SgdPayload problem, const __grid_constant__ Launch launch, double* memory,
                std::uint64_t vectors_each) {
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    __shared__ double scratch[warps][2];
    alignas(16) __shared__ unsigned char sums_storage[warps * sizeof(BatchSums<double, kind>)];
    auto* shared_sums = reinterpret_cast<BatchSums<double, kind>*>(sums_storage);
    CountColumn counts = clear_counts(columns);
    const SgdTask& task = launch.task;
    const std::uint64_t index = blockIdx.x;
    const auto size = static_cast<std::uint64_t>(problem.dimension);
    BlockVectors<kind> vectors = {memory + index * vectors_each * size,
                                  size,
                                  {0.0, 0.0},
                                  static_cast<unsigned int>((vectors_each - 2) / warps),
                                  scratch};
    const std::uint64_t id = task.first + index;
    const Normals normals(PhiloxWords{}, task.seed, &id);
    SgdProgress progress = begun(problem, launch, index);
    if (progress.steps == 0) {
        const Frame<double> frame = frame_of(progress.state, frame_size(problem.dimension));
        for (std::uint64_t k = threadIdx.x; k < size; k += block_threads) {
            vectors.set_mean(0, k, k == 0 ? frame.m1 : k == 1 ? frame.b1 : 0.0);
            vectors.set_mean(1, k, k == 0 ? frame.m2 : k == 1 ? frame.b2 : k == 2 ? frame.c2 : 0.0);
        }
    }
    __syncthreads();
    const auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) {
        return full_step<kind>(problem, vectors, normals, shared_sums, y, step);
    };
    follow_sgd(problem, task.path, launch.until, progress, advance,
               [&](const OrderParameters<double>& y, std::uint64_t k) {
                   if (threadIdx.x == 0) record_on_path(problem, task.path, index, k, y);
               });
    if (threadIdx.x == 0) leave(problem, launch, index, progress, counts);
    add_counts(columns, launch.counts);
}

// Device copies of the states along the way, for one slice.
class SlicePath {
public:
    SlicePath(const SgdPath& path, std::uint64_t slice) : steps_(path.times) {
        const Values wanted = values_of(path);
        for (int i = 0; i < 4; ++i) values_[i] = gpu::DeviceBuffer<double>(wanted.array[i] ? slice * path.times : 0);
        steps_.upload(path.steps, path.times);
    }
    SgdPath on_device() const {
        return {steps_.data(),     steps_.size(),     values_[0].data(),
                values_[1].data(), values_[2].data(), values_[3].data()};
    }
    void download(const SgdPath& path, std::uint64_t begin, std::uint64_t count) const {
        const Values wanted = values_of(path.from(begin));
        for (int i = 0; i < 4; ++i)
            if (wanted.array[i]) values_[i].download(wanted.array[i], count * path.times);
    }

private:
    struct Values {
        double* array[4];
    };
    static Values values_of(const SgdPath& path) { return {{path.m1, path.m2, path.u, path.weight}}; }

    gpu::DeviceBuffer<std::uint64_t> steps_;
    gpu::DeviceBuffer<double> values_[4];
};

// warp_fills: trajectories below which a warp each is the faster way.
template <SgdProgram kind>
void launch_threads(const SgdPayload& problem, const Launch& launch, std::uint64_t warp_fills) {
    if (launch.task.sampler == SgdSampler::reduced && launch.task.count < warp_fills)
        return gpu::launch("reduced, few", gpu::grid_for(launch.task.count, warps, block_threads), warp_kernel<kind>,
                           problem, launch);
    const gpu::Grid grid = gpu::grid_for(launch.task.count, block_threads, block_threads);
    if (launch.task.sampler == SgdSampler::reduced)
        return gpu::launch("reduced", grid, thread_kernel<ReducedSampler<double, kind, Normals, PhiloxWords>>, problem,
                           launch);
    if constexpr (kind != SgdProgram::score)
        gpu::launch("diffusion", grid, thread_kernel<DiffusionSampler<double, kind, Normals, PhiloxWords>>, problem,
                    launch);
}

// Trajectories that the full sampler takes at once, a block each: as many as the device holds, within half of its free
// memory.
template <SgdProgram kind>
std::uint64_t full_slice(std::uint64_t multiprocessors, std::size_t bytes_each) {
    int resident = 0;
    MC_CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, full_kernel<kind>, block_threads, 0));
    return std::clamp<std::uint64_t>(gpu::free_bytes() / 2 / bytes_each, 1,
                                     static_cast<std::uint64_t>(resident) * multiprocessors);
}

template <SgdProgram kind>
OutcomeCounts run(const SgdTask& task, std::uint64_t multiprocessors) {
    const SgdPayload& problem = *task.problem;
    const bool full = task.sampler == SgdSampler::full;
    const auto dimension = static_cast<std::uint64_t>(problem.dimension);
    const std::uint64_t vectors_each =
        full ? 2 + warps * (full_vectors(problem) == 2 ? 0 : full_vectors(problem) - 3) : 0;
    const std::uint64_t largest =
        full ? full_slice<kind>(multiprocessors, vectors_each * dimension * sizeof(double)) : slice_of_trajectories;
    const std::uint64_t slice = std::min(task.count, largest);
    gpu::SliceArrays arrays(task.starts, task.record, slice);
    SlicePath path(task.path, slice);
    gpu::DeviceBuffer<double> memory(slice * vectors_each * dimension);
    gpu::DeviceBuffer<SgdProgress> progress(slice);
    const DeviceCounts counts;
    gpu::LaunchLength launch_length;
    for (std::uint64_t begin = 0; begin < task.count; begin += slice) {
        const std::uint64_t count = std::min(slice, task.count - begin);
        progress.set_to_zero();
        Launch launch = {arrays.upload(task, begin, count), progress.data(), 0, counts.on_device()};
        launch.task.path = path.on_device();
        while (launch.until < problem.steps) {
            if (is_due(task.stop)) return {};
            launch_length(problem.steps - launch.until, [&](std::uint64_t steps) {
                launch.until += steps;
                if (full)
                    gpu::launch("full_kernel", {static_cast<unsigned int>(count), block_threads}, full_kernel<kind>,
                                problem, launch, memory.data(), vectors_each);
                else
                    launch_threads<kind>(problem, launch, multiprocessors * block_threads);
            });
        }
        arrays.download(task.record, begin, count);
        path.download(task.path, begin, count);
    }
    OutcomeCounts total = counts.read();
    total.attempts = static_cast<std::int64_t>(task.count * problem.steps);
    return total;
}

}  // namespace

OutcomeCounts run_sgd_on_cuda(const SgdTask& task, const CudaOptions& options) {
    require_covered(task);
    gpu::use_device(options.device);
    if (task.count == 0) return {};
    std::unique_lock<std::mutex> alone(gpu::use_of(options.device).free_memory, std::defer_lock);
    if (task.sampler == SgdSampler::full) alone.lock();
    int multiprocessors = 0;
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, options.device));
    const auto count = static_cast<std::uint64_t>(multiprocessors);
    return with_kind(*task.problem, [&](auto tag) { return run<decltype(tag)::kind>(task, count); });
}

}  // namespace modecollapse
