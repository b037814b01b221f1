// CUDA backend of the ensemble of linear VAEs: one thread a member. What a thread computes is in thread.hpp; here is who
// computes what, and when.
//
// A launch takes some attempts or steps of every member of a slice and leaves where they stand in device memory, so that
// a stop is served in between. Members of the flow make nearly equally many attempts; a thread whose member has ended
// waits for the last of its slice. M = M* = 1 has programs of its own, with the state in registers; all others share one
// for up to four and one for up to sixteen directions, with their state in local memory.
//
// sgd-full: a member's vectors of R^N lie one after the other in device memory, and its thread goes through them alone.
// The CPU's bits, which a sum over the threads of a block would not give; it is there to check the reduced sampler.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "kernels/device/curand.cuh"
#include "kernels/device/launch.cuh"
#include "kernels/linear_vae/thread.hpp"

namespace modecollapse::linear_vae {
namespace {

constexpr unsigned int block_threads = 128;  // two blocks a multiprocessor: as many registers as a thread may have
constexpr std::uint64_t largest_slice = 1u << 18;

template <class Shape>
__global__ void __launch_bounds__(block_threads, 2)
    linear_vae_flow(const __grid_constant__ Payload problem,
                    const __grid_constant__ Launch<Trajectory<double, Shape>> launch) {
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
    if (index < launch.task.count) run_flow<Shape, PhiloxWords>(problem, launch, index);
}

template <class Shape>
__global__ void __launch_bounds__(block_threads, 2)
    linear_vae_reduced(const __grid_constant__ Payload problem,
                       const __grid_constant__ Launch<State<double, Shape>> launch) {
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
    if (index < launch.task.count) run_reduced<Shape, PhiloxWords>(problem, launch, index);
}

template <class Shape>
__global__ void __launch_bounds__(block_threads, 2)
    linear_vae_full(const __grid_constant__ Payload problem,
                    const __grid_constant__ Launch<State<double, Shape>> launch) {
    const std::uint64_t index = static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
    if (index < launch.task.count) run_full<Shape, PhiloxWords>(problem, launch, index);
}

// Members at once: what a member keeps must fit into half of the device's free memory.
std::uint64_t slice_of(std::uint64_t count, std::size_t bytes_each) {
    std::size_t free_bytes = 0, total_bytes = 0;
    MC_CUDA_CHECK(cudaMemGetInfo(&free_bytes, &total_bytes));
    const std::uint64_t fitting = free_bytes / 2 / bytes_each;
    if (fitting == 0) throw std::runtime_error("a linear VAE of this dimension does not fit into the device's memory");
    return std::min({count, fitting, largest_slice});
}

// One slice after the other. kernel: over launches of what members keep, `Kept`.
template <class Kept>
class Runner {
public:
    Runner(const Task& task, const Ends& ends, const char* name, void (*kernel)(Payload, Launch<Kept>))
        : task_(task),
          ends_(ends),
          problem_(*task.problem),
          size_(static_cast<std::size_t>(size_of_state(problem_))),
          vectors_(problem_.dynamics == Dynamics::sgd_full
                       ? full_vectors(problem_) * static_cast<std::uint64_t>(problem_.dimension)
                       : 0),
          slice_(slice_of(task.count, sizeof(Kept) + (2 * size_ + vectors_) * sizeof(double) + 16)),
          name_(name),
          kernel_(kernel),
          kept_(slice_),
          memory_(slice_ * vectors_),
          starts_(task.starts ? slice_ * size_ : 0),
          state_(slice_ * size_),
          status_(slice_),
          attempts_(slice_) {}

    void run() {
        std::fill_n(ends_.status, task_.count, Status::given_up);
        gpu::LaunchLength launch_length;
        for (std::uint64_t begin = 0; begin < task_.count; begin += slice_) {
            Launch<Kept> launch = launch_of(begin);
            const std::uint64_t count = launch.task.count;
            while (runs_on(launch, begin)) {
                if (is_due(task_.stop)) return;
                launch_length(most_steps() - launch.step, [&](std::uint64_t steps) {
                    launch.steps = steps;
                    gpu::launch(name_, gpu::grid_for(count, block_threads, block_threads), kernel_, problem_, launch);
                });
                launch.step += launch.steps;
                status_.download(ends_.status + begin, count);
            }
            state_.download(ends_.state + begin * size_, count * size_);
            attempts_.download(ends_.attempts + begin, count);
        }
    }

private:
    std::uint64_t most_steps() const {
        return is_flow(problem_.dynamics) ? static_cast<std::uint64_t>(problem_.maximum_steps) + 1 : problem_.steps;
    }
    Launch<Kept> launch_of(std::uint64_t begin) {
        Launch<Kept> launch = {
            task_, kept_.data(), memory_.data(), 0, 0, {state_.data(), status_.data(), attempts_.data()}};
        launch.task.problem = nullptr;  // travels as a parameter of its own
        launch.task.stop = nullptr;
        launch.task.first = task_.first + begin;
        launch.task.count = std::min(slice_, task_.count - begin);
        if (task_.starts) starts_.upload(task_.starts + begin * size_, launch.task.count * size_);
        launch.task.starts = starts_.data();
        status_.set_to_zero();
        return launch;
    }
    bool runs_on(const Launch<Kept>& launch, std::uint64_t begin) const {
        const Status* status = ends_.status + begin;
        return std::any_of(status, status + launch.task.count, [](Status one) { return one == Status::given_up; });
    }

    const Task& task_;
    const Ends& ends_;
    const Payload problem_;
    std::size_t size_;
    std::uint64_t vectors_, slice_;
    const char* name_;
    void (*kernel_)(Payload, Launch<Kept>);
    gpu::DeviceBuffer<Kept> kept_;
    gpu::DeviceBuffer<double> memory_, starts_, state_;
    gpu::DeviceBuffer<Status> status_;
    gpu::DeviceBuffer<std::uint32_t> attempts_;
};

template <class Shape>
void run_shape(const Task& task, const Ends& ends) {
    if (is_flow(task.problem->dynamics))
        return Runner<Trajectory<double, Shape>>(task, ends, "linear_vae_flow", linear_vae_flow<Shape>).run();
    if constexpr (Shape::most_latent > 1)
        if (task.problem->dynamics == Dynamics::sgd_full)
            return Runner<State<double, Shape>>(task, ends, "linear_vae_full", linear_vae_full<Shape>).run();
    Runner<State<double, Shape>>(task, ends, "linear_vae_reduced", linear_vae_reduced<Shape>).run();
}

}  // namespace

void run_to_ends_on_cuda(const Task& task, const Ends& ends, const CudaOptions& options) {
    MC_CUDA_CHECK(cudaSetDevice(options.device));
    if (task.count == 0) return;
    const int most = std::max(task.problem->latent, task.problem->signal);
    if (most == 1 && task.problem->dynamics != Dynamics::sgd_full)
        run_shape<FixedShape<1, 1>>(task, ends);
    else if (most <= 4)
        run_shape<BoundedShape<4>>(task, ends);
    else
        run_shape<BoundedShape<most_directions>>(task, ends);
}

}  // namespace modecollapse::linear_vae
