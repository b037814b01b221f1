// CUDA backend of the RealNVP ensemble: a block a member (realnvp_block.hpp), all members of a wave at the same step.
//
// A member's arrays lie in device memory (realnvp_memory.hpp); parameters that fit are kept in shared memory while a launch trains. A
// launch makes a few steps, so that a stop is served in between. Samples for the monitors are evaluated on the device and reduced on the
// host. There are no products by cuBLAS: large networks run, one block a member, but not fast.
#include <algorithm>
#include <chrono>
#include <limits>

#include "kernels/curand_words.cuh"
#include "kernels/launch.cuh"
#include "kernels/realnvp_block.hpp"
#include "kernels/realnvp_ensemble.hpp"

namespace modecollapse {
namespace {

constexpr unsigned int member_threads = 256;
constexpr std::size_t shared_bytes = 40 * 1024;  // for parameters
constexpr double launch_seconds = 0.1;

struct BlockTeam {
    __device__ int index() const { return static_cast<int>(threadIdx.x); }
    __device__ int size() const { return static_cast<int>(blockDim.x); }
    __device__ void sync() const { __syncthreads(); }
};

// The memory of block 0, and the distance to the next block's.
template <class T>
struct WaveMemory {
    RealnvpMemory<T> first;
    std::size_t stride;

    template <class P>
    __device__ P* of_block(P* pointer) const {
        return reinterpret_cast<P*>(reinterpret_cast<unsigned char*>(pointer) + blockIdx.x * stride);
    }
    __device__ RealnvpMemory<T> of_block() const {
        RealnvpMemory<T> m = first;
        T** const arrays[] = {&m.parameters,
                              &m.first_moment,
                              &m.second_moment,
                              &m.gradient,
                              &m.packed,
                              &m.packed_transposed,
                              &m.x,
                              &m.score,
                              &m.g,
                              &m.passive,
                              &m.hidden,
                              &m.output,
                              &m.active,
                              &m.delta_output,
                              &m.delta_hidden,
                              &m.delta_passive,
                              &m.transposed,
                              &m.log_det,
                              &m.squared,
                              &m.log_q,
                              &m.log_p,
                              &m.along,
                              &m.tanh};
        for (T** const array : arrays) *array = of_block(*array);
        m.order = of_block(m.order);
        return m;
    }
};

struct MemberState {
    std::uint64_t steps;  // made
    bool finite;
};

template <class T>
using Block = RealnvpBlock<T, BlockTeam, PhiloxWords>;

template <class T>
__global__ void __launch_bounds__(member_threads) start_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave,
                                                               std::uint64_t seed, std::uint64_t first, bool restored) {
    __shared__ double scratch;
    const RealnvpMemory<T> m = wave.of_block();
    const Block<T> block(problem, m, seed, first + blockIdx.x, {}, {}, &scratch);
    if (restored)
        block.order();
    else
        block.start();
}

template <class T>
__global__ void __launch_bounds__(member_threads)
    train_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave, std::uint64_t seed, std::uint64_t first,
                 std::uint64_t until, std::uint64_t most, MemberState* states) {
    __shared__ double scratch;
    __shared__ alignas(64) unsigned char parameters[shared_bytes];
    MemberState& state = states[blockIdx.x];
    const std::uint64_t begun = state.steps, left = begun < until ? until - begun : 0, count = left < most ? left : most;
    if (!state.finite || count == 0) return;
    RealnvpMemory<T> m = wave.of_block();
    T* const stored = m.parameters;
    const bool fits = m.padded_parameters * sizeof(T) <= shared_bytes;
    if (fits) {
        m.parameters = reinterpret_cast<T*>(parameters);
        for (std::uint64_t i = threadIdx.x; i < m.padded_parameters; i += blockDim.x) m.parameters[i] = stored[i];
    }
    __syncthreads();
    const RealnvpAnswer answer = Block<T>(problem, m, seed, first + blockIdx.x, {}, {}, &scratch).train(begun, count);
    __syncthreads();
    if (fits)
        for (std::uint64_t i = threadIdx.x; i < m.padded_parameters; i += blockDim.x) stored[i] = m.parameters[i];
    if (threadIdx.x == 0) state = {begun + answer.steps, answer.finite};
}

// samples: (blocks, 3, count): log q, log p, <mu*, x>.
template <class T>
__global__ void __launch_bounds__(member_threads) sample_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave,
                                                                std::uint64_t seed, std::uint64_t first, double* samples) {
    __shared__ double scratch;
    const RealnvpMemory<T> m = wave.of_block();
    const std::uint64_t count = problem.evaluation_samples;
    double* const mine = samples + blockIdx.x * 3 * count;
    Block<T>(problem, m, seed, first + blockIdx.x, {}, {}, &scratch).sample(count, mine, mine + count, mine + 2 * count);
}

RealnvpMonitor nothing() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan, nan, nan, nan, nan, nan};
}

// A wave of members: as many as the device's memory takes.
template <class T>
class Wave {
public:
    Wave(const RealnvpTask& task, std::uint64_t members)
        : task_(task),
          problem_(*task.problem),
          bytes_(realnvp_memory<T>(problem_, nullptr).bytes),
          memory_(members * bytes_),
          states_(members),
          samples_(members * 3 * problem_.evaluation_samples),
          wave_{realnvp_memory<T>(problem_, memory_.data()), bytes_} {}

    // Members begin .. begin + count - 1 of the task. False: a stop was asked for.
    bool run(std::uint64_t begin, std::uint64_t count, RealnvpCounts& counts) {
        count_ = count;
        first_ = task_.first + begin;
        start(begin);
        const std::vector<MemberState> before = states();
        std::uint64_t k = 0;
        while (true) {
            const std::uint64_t end = k < task_.path.times ? std::min(task_.until, task_.path.steps[k]) : task_.until;
            if (!train_to(end)) return false;
            if (k == task_.path.times) break;
            look_on_path(begin, k++);
        }
        finish(begin, before, counts);
        return true;
    }

private:
    gpu::Grid grid() const { return {static_cast<unsigned int>(count_), member_threads}; }

    std::vector<MemberState> states() const {
        std::vector<MemberState> result(count_);
        states_.download(result.data(), count_);
        return result;
    }

    // An array of a member between the device and (n) doubles of the caller.
    void upload(const T* array, std::uint64_t member, const double* from) const {
        const std::vector<T> values(from, from + parameter_count(problem_.shape));
        MC_CUDA_CHECK(cudaMemcpy(at(array, member), values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
    }
    void download(const T* array, std::uint64_t member, double* to) const {
        std::vector<T> values(parameter_count(problem_.shape));
        MC_CUDA_CHECK(cudaMemcpy(values.data(), at(array, member), values.size() * sizeof(T), cudaMemcpyDeviceToHost));
        std::copy(values.begin(), values.end(), to);
    }
    void* at(const T* array, std::uint64_t member) const {
        return const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(array)) + member * bytes_;
    }

    void start(std::uint64_t begin) {
        memory_.set_to_zero();
        std::vector<MemberState> states(count_, MemberState{0, true});
        const std::uint64_t n = parameter_count(problem_.shape);
        for (std::uint64_t i = 0; task_.from && i < count_; ++i) {
            const std::uint64_t member = begin + i;
            upload(wave_.first.parameters, i, task_.from->parameters + member * n);
            upload(wave_.first.first_moment, i, task_.from->first_moment + member * n);
            upload(wave_.first.second_moment, i, task_.from->second_moment + member * n);
            states[i] = {task_.from->steps[member], task_.from->failed[member] == 0};
        }
        states_.upload(states.data(), count_);
        gpu::launch("start_kernel", grid(), start_kernel<T>, problem_, wave_, task_.seed, first_, task_.from != nullptr);
    }

    bool train_to(std::uint64_t end) {
        while (true) {
            std::uint64_t least = end;
            for (const MemberState& state : states())
                if (state.finite) least = std::min(least, state.steps);
            if (least >= end) return true;
            if (task_.stop && task_.stop()) return false;
            const auto started = std::chrono::steady_clock::now();
            gpu::launch("train_kernel", grid(), train_kernel<T>, problem_, wave_, task_.seed, first_, end, launch_steps_, states_.data());
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
            made_ += count_ * std::min(launch_steps_, end - least);
            if (task_.progress) task_.progress(made_);
            if (seconds < launch_seconds / 2) launch_steps_ *= 2;
            if (seconds > launch_seconds * 2) launch_steps_ = std::max<std::uint64_t>(1, launch_steps_ / 2);
        }
    }

    // Of every member; NaN for those that failed.
    std::vector<RealnvpMonitor> look() {
        gpu::launch("sample_kernel", grid(), sample_kernel<T>, problem_, wave_, task_.seed, first_, samples_.data());
        const std::uint64_t n = problem_.evaluation_samples;
        std::vector<double> samples(count_ * 3 * n);
        samples_.download(samples.data(), samples.size());
        std::vector<RealnvpMonitor> monitors;
        const std::vector<MemberState> now = states();
        for (std::uint64_t i = 0; i < count_; ++i) {
            const double* mine = samples.data() + i * 3 * n;
            monitors.push_back(now[i].finite ? monitor_of_samples(mine, mine + n, mine + 2 * n, n, problem_.radius) : nothing());
        }
        return monitors;
    }

    void look_on_path(std::uint64_t begin, std::uint64_t k) {
        if (!task_.path.monitors) return;
        const std::vector<RealnvpMonitor> monitors = look();
        const std::vector<MemberState> now = states();
        for (std::uint64_t i = 0; i < count_; ++i)
            task_.path.monitors[(begin + i) * task_.path.times + k] = now[i].steps == task_.path.steps[k] ? monitors[i] : nothing();
    }

    void finish(std::uint64_t begin, const std::vector<MemberState>& before, RealnvpCounts& counts) {
        const std::vector<RealnvpMonitor> monitors = look();
        const std::vector<MemberState> now = states();
        const std::uint64_t n = parameter_count(problem_.shape);
        for (std::uint64_t i = 0; i < count_; ++i) {
            const std::uint64_t member = begin + i;
            const FlowOutcome outcome = flow_outcome(monitors[i].mass_plus, problem_.target_plus, problem_.mode_mass_floor);
            ++counts.count[static_cast<int>(outcome)];
            counts.steps += static_cast<std::int64_t>(now[i].steps - before[i].steps);
            if (task_.record.outcome) task_.record.outcome[member] = static_cast<std::uint8_t>(outcome);
            if (task_.record.steps) task_.record.steps[member] = now[i].steps;
            if (task_.record.monitor) task_.record.monitor[member] = monitors[i];
            if (!task_.to) continue;
            download(wave_.first.parameters, i, task_.to->parameters + member * n);
            download(wave_.first.first_moment, i, task_.to->first_moment + member * n);
            download(wave_.first.second_moment, i, task_.to->second_moment + member * n);
            task_.to->steps[member] = now[i].steps;
            task_.to->failed[member] = now[i].finite ? 0 : 1;
        }
    }

    const RealnvpTask& task_;
    const RealnvpProblem& problem_;
    std::size_t bytes_;
    gpu::DeviceBuffer<unsigned char> memory_;  // (members, bytes_)
    gpu::DeviceBuffer<MemberState> states_;
    gpu::DeviceBuffer<double> samples_;
    WaveMemory<T> wave_;
    std::uint64_t count_ = 0, first_ = 0, launch_steps_ = 1, made_ = 0;
};

template <class T>
RealnvpCounts run(const RealnvpTask& task) {
    std::size_t free_bytes = 0, total_bytes = 0;
    MC_CUDA_CHECK(cudaMemGetInfo(&free_bytes, &total_bytes));
    const std::size_t each = realnvp_memory<T>(*task.problem, nullptr).bytes + 3 * sizeof(double) * task.problem->evaluation_samples;
    const std::uint64_t members = std::min<std::uint64_t>(task.count, free_bytes / 2 / each);
    if (members == 0) throw std::runtime_error("run_realnvp_on_cuda: a member takes " + std::to_string(each) + " bytes of device memory");
    Wave<T> wave(task, members);
    RealnvpCounts counts = {};
    for (std::uint64_t begin = 0; begin < task.count && !counts.stopped; begin += members)
        counts.stopped = !wave.run(begin, std::min(members, task.count - begin), counts);
    return counts;
}

}  // namespace

RealnvpCounts run_realnvp_on_cuda(const RealnvpTask& task, const CudaOptions& options) {
    MC_CUDA_CHECK(cudaSetDevice(options.device));
    if (task.count == 0) return {};
    if (task.target_samples > 0) throw std::runtime_error("run_realnvp_on_cuda: the forward KL is computed on the CPU only");
    return task.precision == Precision::single_precision ? run<float>(task) : run<double>(task);
}

}  // namespace modecollapse
