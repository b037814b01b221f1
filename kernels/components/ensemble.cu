// CUDA backend of the ensemble of K components: one thread a member (thread.hpp, kernels/device/member_runner.cuh).
//
// What a thread computes in lies in local memory where it fits into few_words, as it does for the flow up to K = K* = 6 (5
// with trained variances) and for SGD up to 8: the hardware interleaves local memory, so that the threads of a warp, at the
// same number, read neighbouring ones. More numbers lie in device memory, those of a member one after the other. Steps of
// small sizes have programs of their own (sizes.hpp), starts are of any.
#include <vector>

#include "kernels/components/arrays.hpp"
#include "kernels/components/thread.hpp"
#include "kernels/device/curand.cuh"
#include "kernels/device/member_runner.cuh"

namespace modecollapse::components {
namespace {

using gpu::member_block;
using gpu::member_index;
using ThreadOnDevice = Thread<PhiloxWords>;  // of any sizes: what it keeps, and in how many numbers it works

constexpr int few_words = 1024;

// Numbers that a thread computes in; all: of its own, or 0: those in device memory.
template <int all>
class Work {
public:
    __device__ __forceinline__ Work(const Payload& problem, const Launch& launch, std::uint64_t index)
        : kept_(launch.memory + index * launch.words), count_(ThreadOnDevice::kept_words(problem)) {}
    __device__ __forceinline__ double* begin() { return own_; }
    __device__ __forceinline__ double* take_up() {
        for (std::uint64_t i = 0; i < count_; ++i) own_[i] = kept_[i];
        return own_;
    }
    __device__ __forceinline__ void put_down() const {
        for (std::uint64_t i = 0; i < count_; ++i) kept_[i] = own_[i];
    }

private:
    double* kept_;
    std::uint64_t count_;
    double own_[all];
};
template <>
class Work<0> {
public:
    __device__ __forceinline__ Work(const Payload&, const Launch& launch, std::uint64_t index)
        : memory_(launch.memory + index * launch.words) {}
    __device__ __forceinline__ double* begin() { return memory_; }
    __device__ __forceinline__ double* take_up() { return memory_; }
    __device__ __forceinline__ void put_down() const {}

private:
    double* memory_;
};

template <Dynamics dynamics, int own_words>
__global__ void __launch_bounds__(member_block, 2)
    components_start(const __grid_constant__ Payload problem, const __grid_constant__ Launch launch) {
    const std::uint64_t index = member_index();
    if (index >= launch.task.count) return;
    Work<own_words> work(problem, launch, index);
    const ThreadOnDevice thread(problem, launch, index, work.begin());
    if constexpr (dynamics == Dynamics::flow)
        thread.start_flow();
    else
        thread.start_sgd();
    work.put_down();
}

template <Dynamics dynamics, int own_words, class ProgramSizes>
__global__ void __launch_bounds__(member_block, 2)
    components_steps(const __grid_constant__ Payload given, const __grid_constant__ Launch launch) {
    const std::uint64_t index = member_index();
    if (index >= launch.task.count || launch.ends.status[index] != Status::given_up) return;
    const Payload& problem = ProgramSizes::of(given);
    Work<own_words> work(problem, launch, index);
    const Thread<PhiloxWords, ProgramSizes> thread(problem, launch, index, work.take_up());
    if constexpr (dynamics == Dynamics::flow)
        thread.run_flow();
    else
        thread.run_sgd();
    work.put_down();
}

// A payload whose arrays are on the device.
class OnDevice {
public:
    explicit OnDevice(const Payload& problem) : problem_(problem) {
        each_array(problem_, [this](const double*& array, std::uint64_t count) {
            arrays_.emplace_back(count);
            if (count > 0) arrays_.back().upload(array, count);
            array = arrays_.back().data();
        });
    }
    const Payload& problem() const { return problem_; }

private:
    Payload problem_;
    std::vector<gpu::DeviceBuffer<double>> arrays_;
};

template <Dynamics dynamics, int own_words, class ProgramSizes>
void run(const Task& task, const Ends& ends, ProgramSizes) {
    const OnDevice on_device(*task.problem);
    const Payload& problem = on_device.problem();
    const std::uint64_t most_steps =
        dynamics == Dynamics::flow ? static_cast<std::uint64_t>(problem.maximum_steps) + 1 : problem.steps;
    const gpu::MemberSizes sizes = {
        static_cast<std::uint64_t>(size_of_state(problem)),
        own_words > 0 ? ThreadOnDevice::kept_words(problem) : ThreadOnDevice::words(problem), most_steps};
    gpu::MemberRunner<Payload, Clocks>(
        task, problem, ends, sizes, dynamics == Dynamics::flow ? "components_flow" : "components_sgd",
        components_start<dynamics, own_words>, components_steps<dynamics, own_words, ProgramSizes>)
        .run();
}

template <Dynamics dynamics>
void run(const Task& task, const Ends& ends) {
    if (ThreadOnDevice::words(*task.problem) <= few_words)
        with_sizes(*task.problem, [&](auto sizes) { run<dynamics, few_words>(task, ends, sizes); });
    else
        run<dynamics, 0>(task, ends, AnySizes{});
}

}  // namespace

void run_to_ends_on_cuda(const Task& task, const Ends& ends, const CudaOptions& options) {
    const std::lock_guard<std::mutex> alone(gpu::use_of(options.device).free_memory);
    gpu::use_device(options.device);
    if (task.count == 0) return;
    if (task.problem->dynamics == Dynamics::flow)
        run<Dynamics::flow>(task, ends);
    else
        run<Dynamics::sgd>(task, ends);
}

}  // namespace modecollapse::components
