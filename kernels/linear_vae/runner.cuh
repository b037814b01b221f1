// How an ensemble of linear VAEs is run on a GPU: one thread a member, slice after slice. What a thread computes is in
// thread.hpp; here is who computes what, and when.
//
// A launch takes some attempts or steps of every member of a slice and leaves where they stand in device memory, so that
// a stop is served in between. Members of the flow make nearly equally many attempts; a thread whose member has ended
// waits for the last of its slice.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/device/launch.cuh"
#include "kernels/linear_vae/thread.hpp"

namespace modecollapse::linear_vae {

constexpr unsigned int block_threads = 128;  // two blocks a multiprocessor: as many registers as a thread may have
constexpr std::uint64_t largest_slice = 1u << 18;

// Of this thread.
__device__ inline std::uint64_t member_index() {
    return static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
}

// Members at once: what a member keeps must fit into half of the device's free memory.
inline std::uint64_t slice_of(std::uint64_t count, std::size_t bytes_each) {
    std::size_t free_bytes = 0, total_bytes = 0;
    MC_CUDA_CHECK(cudaMemGetInfo(&free_bytes, &total_bytes));
    const std::uint64_t fitting = free_bytes / 2 / bytes_each;
    if (fitting == 0) throw std::runtime_error("a linear VAE of this dimension does not fit into the device's memory");
    return std::min({count, fitting, largest_slice});
}

// run(shape) with a shape that suits the problem: one program for up to four and one for up to sixteen directions,
template <class Run>
void with_bounded_shape(const Payload& problem, const Run& run) {
    if (problem.latent <= 4 && problem.signal <= 4)
        run(BoundedShape<4>{problem.latent, problem.signal});
    else
        run(BoundedShape<most_directions>{problem.latent, problem.signal});
}

// and one for each number of latent directions up to four, with no more signals than these.
template <class Run>
void with_unrolled_shape(const Payload& problem, const Run& run) {
    const int latent = problem.latent, signal = problem.signal;
    if (signal > latent || latent > 4)
        with_bounded_shape(problem, run);
    else if (latent == 1)
        run(FixedShape<1, 1>{});
    else if (latent == 2)
        run(PaddedShape<2, 2>{signal});
    else if (latent == 3)
        run(PaddedShape<3, 3>{signal});
    else
        run(PaddedShape<4, 4>{signal});
}

// One slice after the other. start: draws what members keep, `Kept`; kernel: goes on with it.
template <class Kept>
class Runner {
public:
    using Kernel = void (*)(Payload, Launch<Kept>);

    Runner(const Task& task, const Ends& ends, const char* name, Kernel start, Kernel kernel)
        : task_(task),
          ends_(ends),
          problem_(*task.problem),
          size_(static_cast<std::size_t>(size_of_state(problem_))),
          vectors_(problem_.dynamics == Dynamics::sgd_full
                       ? full_vectors(problem_) * static_cast<std::uint64_t>(problem_.dimension)
                       : 0),
          slice_(slice_of(task.count, sizeof(Kept) + (2 * size_ + vectors_) * sizeof(double) + 16)),
          name_(name),
          start_(start),
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
            const gpu::Grid grid = gpu::grid_for(count, block_threads, block_threads);
            gpu::launch(name_, grid, start_, problem_, launch);
            while (runs_on(launch, begin)) {
                if (is_due(task_.stop)) return;
                launch_length(most_steps() - launch.step, [&](std::uint64_t steps) {
                    launch.steps = steps;
                    gpu::launch(name_, grid, kernel_, problem_, launch);
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
    Kernel start_, kernel_;
    gpu::DeviceBuffer<Kept> kept_;
    gpu::DeviceBuffer<double> memory_, starts_, state_;
    gpu::DeviceBuffer<Status> status_;
    gpu::DeviceBuffer<std::uint32_t> attempts_;
};

void run_flow_on_cuda(const Task& task, const Ends& ends);
void run_sgd_on_cuda(const Task& task, const Ends& ends);

}  // namespace modecollapse::linear_vae
