// How an ensemble is run on a GPU whose members go to their horizon by one thread each: slice after slice.
//
// A launch takes some attempts or steps of every member of a slice and leaves where they stand in device memory, so that
// a stop is served in between. A thread whose member has ended waits for the last of its slice.
#pragma once

#include <algorithm>

#include "kernels/device/launch.cuh"
#include "kernels/device/member_launch.hpp"

namespace modecollapse::gpu {

constexpr unsigned int member_block = 128;  // two blocks a multiprocessor: as many registers as a thread may have
constexpr std::uint64_t largest_slice = 1u << 18;

// Of this thread.
__device__ inline std::uint64_t member_index() {
    return static_cast<std::uint64_t>(blockIdx.x) * member_block + threadIdx.x;
}

// Members at once: what a member keeps must fit into half of the device's free memory less what its kernels' local memory will
// take. Where that is all of it, the driver may know better.
inline std::uint64_t slice_of(std::uint64_t count, std::size_t bytes_each, std::size_t local_bytes, const char* name) {
    int device = 0;
    MC_CUDA_CHECK(cudaGetDevice(&device));
    std::size_t& kept = use_of(device).local_memory;
    const std::size_t free_bytes = gpu::free_bytes(), missing = local_bytes > kept ? local_bytes - kept : 0;
    kept = std::max(kept, local_bytes);
    const std::uint64_t fitting = (missing < free_bytes ? free_bytes - missing : free_bytes) / 2 / bytes_each;
    if (fitting == 0)
        throw std::runtime_error(std::string(name) + ": a member of " + std::to_string(bytes_each) +
                                 " bytes does not fit into half of the device's free memory, " +
                                 std::to_string(free_bytes) + " bytes");
    return std::min({count, fitting, largest_slice});
}

struct MemberSizes {
    std::uint64_t state;       // numbers of a final state
    std::uint64_t words;       // numbers that a member has in device memory besides
    std::uint64_t most_steps;  // or attempts, of a member
};

template <class Payload, class Kept>
class MemberRunner {
public:
    using Launch = MemberLaunch<Payload, Kept>;
    using Kernel = void (*)(Payload, Launch);

    // problem: what it points to is on the device. start: draws what members keep; kernel: goes on with it.
    MemberRunner(const MemberTask<Payload>& task, const Payload& problem, const MemberEnds& ends,
                 const MemberSizes& sizes, const char* name, Kernel start, Kernel kernel)
        : task_(task),
          problem_(problem),
          ends_(ends),
          sizes_(sizes),
          slice_(slice_of(task.count, sizeof(Kept) + (2 * sizes.state + sizes.words) * sizeof(double) + 16,
                          std::max(local_memory_of(start), local_memory_of(kernel)), name)),
          name_(name),
          start_(start),
          kernel_(kernel),
          kept_(slice_),
          memory_(slice_ * sizes.words),
          starts_(task.starts ? slice_ * sizes.state : 0),
          state_(slice_ * sizes.state),
          status_(slice_),
          attempts_(slice_) {}

    void run() {
        std::fill_n(ends_.status, task_.count, MemberStatus::given_up);
        LaunchLength launch_length;
        for (std::uint64_t begin = 0; begin < task_.count; begin += slice_) {
            Launch launch = launch_of(begin);
            const std::uint64_t count = launch.task.count;
            const Grid grid = grid_for(count, member_block, member_block);
            gpu::launch(name_, grid, start_, problem_, launch);
            while (runs_on(count, begin)) {
                if (is_due(task_.stop)) return;
                launch_length(sizes_.most_steps - launch.step, [&](std::uint64_t steps) {
                    launch.steps = steps;
                    gpu::launch(name_, grid, kernel_, problem_, launch);
                });
                launch.step += launch.steps;
                status_.download(ends_.status + begin, count);
            }
            state_.download(ends_.state + begin * sizes_.state, count * sizes_.state);
            attempts_.download(ends_.attempts + begin, count);
        }
    }

private:
    Launch launch_of(std::uint64_t begin) {
        Launch launch = {
            task_, kept_.data(), memory_.data(), sizes_.words, 0, 0, {state_.data(), status_.data(), attempts_.data()}};
        launch.task.problem = nullptr;  // travels as a parameter of its own
        launch.task.stop = nullptr;
        launch.task.first = task_.first + begin;
        launch.task.count = std::min(slice_, task_.count - begin);
        if (task_.starts) starts_.upload(task_.starts + begin * sizes_.state, launch.task.count * sizes_.state);
        launch.task.starts = starts_.data();
        status_.set_to_zero();
        return launch;
    }
    bool runs_on(std::uint64_t count, std::uint64_t begin) const {
        const MemberStatus* status = ends_.status + begin;
        return std::any_of(status, status + count, [](MemberStatus one) { return one == MemberStatus::given_up; });
    }

    const MemberTask<Payload>& task_;
    const Payload problem_;
    const MemberEnds& ends_;
    const MemberSizes sizes_;
    std::uint64_t slice_;
    const char* name_;
    Kernel start_, kernel_;
    DeviceBuffer<Kept> kept_;
    DeviceBuffer<double> memory_, starts_, state_;
    DeviceBuffer<MemberStatus> status_;
    DeviceBuffer<std::uint32_t> attempts_;
};

}  // namespace modecollapse::gpu
