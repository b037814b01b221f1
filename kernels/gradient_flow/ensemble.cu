// CUDA backend of the flow ensemble. What a thread computes is in thread.hpp; here is who computes what, and when.
//
// A block owns a run of consecutive trajectories, and a thread that needs one takes the block's next (a counter in
// shared memory), so the result of a trajectory and the sum of the counts depend on neither the grid nor the timing. A
// turn of the loop is one Runge-Kutta attempt for every thread of the warp; trajectories take about 20 of them, and
// they differ, so:
//   - a thread whose trajectory has ended goes on with its reserve in the next turn and never waits for its neighbours;
//   - drawing a start (Philox, logarithms, rejection) costs as much as an attempt. The warp does it when
//     `draw_together` of its threads lack a reserve, not each time that one does. The vote decides only when starts are
//     drawn, never which or what. By bench/lane_efficiency 0.90 of the time goes to attempts at R = 1.5, d = 100; 0.56
//     without waiting for others (a draw counted as an attempt).
// The fp64 pipes are the limit: blocks of 128 threads at up to 128 registers a thread put 16 warps on a multiprocessor in
// the lean field, 168 registers put 12 there in the others, without spills but for the simplex. Polynomial coefficients
// and traps are kernel parameters, that is constant memory, and a whole warp reads them at the same address.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "kernels/device/block_counts.cuh"
#include "kernels/device/curand.cuh"
#include "kernels/device/launch.cuh"
#include "kernels/device/slice_arrays.cuh"
#include "kernels/gradient_flow/attempt_numbers.hpp"
#include "kernels/gradient_flow/share.hpp"
#include "kernels/gradient_flow/thread.hpp"

namespace modecollapse {
namespace {

constexpr unsigned int block_threads = trajectory_block_threads;
// A multiprocessor: the compiler is held to 128 or 168 registers a thread.
constexpr int resident_blocks(FieldProgram kind) { return kind == FieldProgram::lean ? 4 : 3; }
constexpr int draw_together = 20;
constexpr unsigned int whole_warp = 0xffffffffu;

// Lengths of both polynomials that a program of fixed weights knows: up to R = 1.5, 2.1, 3 and 4, and any.
using AnyLengths = FitLengths<0, 0>;
using ShortLengths = FitLengths<8, 11>;
using MiddleLengths = FitLengths<10, 13>;
using LongLengths = FitLengths<13, 16>;
using LongestLengths = FitLengths<16, 19>;

// Counts an ensemble among those that run now on a device.
class Running {
public:
    explicit Running(std::atomic<unsigned int>& running) : running_(running), together_(running.fetch_add(1) + 1) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { running_.fetch_sub(1); }
    unsigned int together() const { return together_; }

private:
    std::atomic<unsigned int>& running_;
    unsigned int together_;
};
// Trajectories a launch. With per-trajectory arrays this bounds the device memory (70 MB); without, it is meant to keep
// a launch near a second on cards with slow fp64, where a display driver may kill longer ones.
constexpr std::uint64_t slice_with_arrays = 1u << 20;
constexpr std::uint64_t slice_per_multiprocessor = 1u << 18;

// The parameter limit of CUDA 12.1 and later on compute capability 7.0 and later.
static_assert(sizeof(GradientFlowPayload) + sizeof(AttemptNumbers<double, AnyLengths>) + sizeof(TrajectoryTask) + 64 <=
                  32764,
              "the payload must fit in the kernel's parameters");

// Hands out the trajectories begin .. end - 1 of the task to the threads of one block.
struct BlockShare {
    unsigned int* taken;  // shared by the block; runs past the share by one a thread at most
    std::uint64_t begin;
    std::uint64_t end;
    __device__ __forceinline__ bool operator()(std::uint64_t& index) const {
        index = begin + atomicAdd(taken, 1u);
        return index < end;
    }
};

template <class Real, FieldProgram kind, class Numbers>
__device__ __forceinline__ void run_block(const GradientFlowPayload& problem, const Numbers& numbers,
                                          const TrajectoryTask& task, std::uint64_t share, BlockCounts block_counts) {
    __shared__ unsigned int taken;
    __shared__ std::int64_t columns[CountColumn::entries * block_threads];
    if (threadIdx.x == 0) taken = 0;
    const CountColumn counts = clear_counts(columns);

    const std::uint64_t begin = blockIdx.x * share;
    const std::uint64_t end = begin + share < task.count ? begin + share : task.count;
    TrajectoryThread<Real, kind, CurandWords, BlockShare, Numbers> thread(problem, numbers, task, {&taken, begin, end},
                                                                          counts);
    for (;;) {
        if (__popc(__ballot_sync(whole_warp, !thread.has_reserve())) >= draw_together) thread.draw();
        thread.begin();
        // nothing runs: no thread had a reserve, so all of them have just tried to draw in vain
        if (!__any_sync(whole_warp, thread.running())) break;
        if (thread.running()) thread.advance();
    }

    add_counts(columns, block_counts);
}

template <class Real, FieldProgram kind, class Lengths>
__global__ void __launch_bounds__(block_threads, resident_blocks(kind))
    gradient_flow_kernel(const __grid_constant__ GradientFlowPayload problem,
                         const __grid_constant__ AttemptNumbers<Real, Lengths> numbers,
                         const __grid_constant__ TrajectoryTask task, std::uint64_t share, BlockCounts counts) {
    run_block<Real, kind>(problem, numbers, task, share, counts);
}

// A device copy of what a problem points to: coefficients of trainable weights, tables of the adaptive schedule.
class DeviceProblem {
public:
    explicit DeviceProblem(const GradientFlowPayload& problem)
        : problem_(problem),
          inner_(static_cast<std::size_t>(problem.flow.gap.inner.rows.size)),
          outer_(static_cast<std::size_t>(problem.flow.gap.outer.rows.size)),
          far_(static_cast<std::size_t>(problem.flow.gap.far.rows.size)),
          log_ratio_(static_cast<std::size_t>(problem.adaptive.nodes)),
          gaussian_(static_cast<std::size_t>(problem.adaptive.nodes)) {
        for (auto [buffer, rows] :
             {std::pair(&inner_, &problem_.flow.gap.inner.rows), std::pair(&outer_, &problem_.flow.gap.outer.rows),
              std::pair(&far_, &problem_.flow.gap.far.rows)})
            move(*buffer, rows->coefficients, rows->size);
        move(log_ratio_, problem_.adaptive.log_ratio, problem_.adaptive.nodes);
        move(gaussian_, problem_.adaptive.gaussian, problem_.adaptive.nodes);
    }
    const GradientFlowPayload& operator*() const { return problem_; }

private:
    static void move(gpu::DeviceBuffer<double>& buffer, const double*& numbers, int count) {
        if (count == 0) return;
        buffer.upload(numbers, static_cast<std::size_t>(count));
        numbers = buffer.data();
    }
    GradientFlowPayload problem_;
    gpu::DeviceBuffer<double> inner_, outer_, far_, log_ratio_, gaussian_;
};

bool has_arrays(const TrajectoryTask& task) {
    const EndRecord& record = task.record;
    return task.starts || record.outcome || record.m1 || record.m2 || record.u || record.time || record.weight ||
           record.aligned;
}

struct DeviceShare {
    std::uint64_t multiprocessors;
    std::atomic<unsigned int>& running;
};

template <class Real, FieldProgram kind, class Lengths = AnyLengths>
OutcomeCounts run(const TrajectoryTask& task, const DeviceShare& device) {
    const DeviceProblem problem(*task.problem);
    const AttemptNumbers<Real, Lengths> numbers = attempt_numbers_of<Real, Lengths>(*task.problem);
    const std::uint64_t largest_slice =
        has_arrays(task) ? slice_with_arrays : slice_per_multiprocessor * device.multiprocessors;
    const std::uint64_t slice = std::min({task.count, largest_slice, largest_launch});
    const Running now(device.running);
    const std::uint64_t share = trajectories_a_block(slice, now.together(), device.multiprocessors);

    gpu::SliceArrays arrays(task.starts, task.record, slice);
    const DeviceCounts counts;
    for (std::uint64_t begin = 0; begin < task.count; begin += slice) {
        if (is_due(task.stop)) return {};
        const std::uint64_t count = std::min(slice, task.count - begin);
        const TrajectoryTask part = arrays.upload(task, begin, count);
        gpu::launch("gradient_flow_kernel", gpu::grid_for(count, share, block_threads),
                    gradient_flow_kernel<Real, kind, Lengths>, *problem, numbers, part, share, counts.on_device());
        arrays.download(task.record, begin, count);
    }
    return counts.read();
}

// The program with the first lengths that hold the problem's.
template <class Real, FieldProgram kind, class Lengths, class... Longer>
OutcomeCounts run_shortest(const TrajectoryTask& task, const DeviceShare& device) {
    if constexpr (sizeof...(Longer) > 0)
        if (!Lengths::hold(task.problem->flow.expectations)) return run_shortest<Real, kind, Longer...>(task, device);
    return run<Real, kind, Lengths>(task, device);
}

template <class Real>
OutcomeCounts run_kind(const TrajectoryTask& task, const DeviceShare& device) {
    switch (least_kind_of(*task.problem)) {
        case FieldProgram::lean:
            return run_shortest<Real, FieldProgram::lean, ShortLengths, MiddleLengths, LongLengths, LongestLengths,
                                AnyLengths>(task, device);
        case FieldProgram::tempered:
            return run_shortest<Real, FieldProgram::tempered, MiddleLengths, AnyLengths>(task, device);
        case FieldProgram::coordinate:
            return run<Real, FieldProgram::coordinate>(task, device);
        default:
            return run<Real, FieldProgram::general>(task, device);
    }
}

}  // namespace

bool built_with_cuda() { return true; }

int cuda_device_count() {
    // a queue of the device for each ensemble of a sweep, unless the user says otherwise; read when CUDA begins
    [[maybe_unused]] static const int queues =
        setenv("CUDA_DEVICE_MAX_CONNECTIONS", std::to_string(ensembles_of_a_gpu).c_str(), 0);
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

bool cuda_has_code_for(int device) {
    cudaFuncAttributes attributes;
    const bool has = cudaSetDevice(device) == cudaSuccess &&
                     cudaFuncGetAttributes(
                         &attributes, gradient_flow_kernel<double, FieldProgram::lean, ShortLengths>) == cudaSuccess;
    cudaGetLastError();
    return has;
}

CudaDevice cuda_device(int device) {
    cudaDeviceProp properties;
    MC_CUDA_CHECK(cudaGetDeviceProperties(&properties, device));
    CudaDevice result = {};
    std::snprintf(result.name, sizeof result.name, "%s", properties.name);
    result.major = properties.major;
    result.minor = properties.minor;
    result.multiprocessors = properties.multiProcessorCount;
    result.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
    return result;
}

OutcomeCounts run_trajectories_on_cuda(const TrajectoryTask& task, const CudaOptions& options) {
    gpu::use_device(options.device);
    if (task.count == 0) return {};
    int multiprocessors = 0;
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, options.device));
    const DeviceShare device = {static_cast<std::uint64_t>(multiprocessors), gpu::use_of(options.device).running};
    return task.precision == Precision::single_precision ? run_kind<float>(task, device)
                                                         : run_kind<double>(task, device);
}

}  // namespace modecollapse
