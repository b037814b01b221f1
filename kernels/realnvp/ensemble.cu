// CUDA backend of the RealNVP ensemble, all members of a wave at the same step.
//
// Small networks, whose parameters fit in shared memory: a block a member (block.hpp), with the bits of the CPU
// backend. Large ones: batched products of cuBLAS over the members of a wave (cublas.cuh), which agree with the CPU
// backend to rounding; without cuBLAS a block a member as well, from device memory. A member's arrays lie in device
// memory (memory.hpp). A launch makes a few steps, so that a stop is served in between. Samples for the monitors are
// evaluated on the device and reduced on the host.
#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/realnvp/device.cuh"
#include "kernels/realnvp/ensemble.hpp"
#include "kernels/training/members_memory.cuh"
#ifdef MODECOLLAPSE_CUBLAS
#include "kernels/realnvp/cublas.cuh"
#endif

namespace modecollapse {
namespace {

#ifdef MODECOLLAPSE_CUBLAS
template <class T>
using Products = ProductWave<T>;
#else
template <class T>
struct Products {
    template <class... Arguments>
    explicit Products(const Arguments&...) {}
    template <class... Arguments>
    void train(const Arguments&...) {}
    template <class... Arguments>
    void sample(const Arguments&...) {}
};
#endif

std::uint64_t numbers_of_samples(const RealnvpProblem& problem) {
    return numbers_of_a_sample(problem) * problem.evaluation_samples;
}
std::size_t bytes_of_samples(const RealnvpProblem& problem) { return sizeof(double) * numbers_of_samples(problem); }

// A problem whose target's arrays are on the device.
class OnDevice {
public:
    explicit OnDevice(const RealnvpProblem& problem) : problem_(problem) {
        TargetModes& modes = problem_.modes;
        const auto count = static_cast<std::uint64_t>(modes.count), span = static_cast<std::uint64_t>(modes.span);
        move(modes.axis, count > 0 ? span * problem.shape.dimension : 0);
        move(modes.mode, count * span);
        for (const double** array : {&modes.half_square, &modes.log_weight, &modes.cell_mass}) move(*array, count);
    }
    const RealnvpProblem& problem() const { return problem_; }

private:
    void move(const double*& array, std::uint64_t count) {
        arrays_.emplace_back(count);
        if (count > 0) arrays_.back().upload(array, count);
        array = arrays_.back().data();
    }

    RealnvpProblem problem_;
    std::vector<gpu::DeviceBuffer<double>> arrays_;
};

// Members of a wave whose products cuBLAS does: a function of the problem alone (cublas.cuh). 0: a block a member.
template <class T>
std::uint64_t products_wave(const RealnvpProblem& problem) {
#ifdef MODECOLLAPSE_CUBLAS
    constexpr std::uint64_t most_members = 32, most_bytes = 4ull << 30;
    const RealnvpMemory<T> memory = realnvp_memory<T>(problem, nullptr);
    if (fits_in_shared_memory(memory)) return 0;
    const std::size_t each = memory.bytes + bytes_of_samples(problem);
    std::uint64_t members = most_members;
    while (members > 1 && members * each > most_bytes) members /= 2;
    return members;
#else
    static_cast<void>(problem);
    return 0;
#endif
}

// A wave of members: as many as the device's memory takes.
template <class T>
class Wave {
public:
    Wave(const RealnvpTask& task, std::uint64_t members)
        : task_(task),
          problem_(*task.problem),
          on_device_(problem_),
          bytes_(realnvp_memory<T>(problem_, nullptr).bytes),
          memory_(members * bytes_),
          states_(members),
          samples_(members * numbers_of_samples(problem_)),
          wave_{realnvp_memory<T>(problem_, memory_.data()), bytes_},
          transfers_(wave_.first, bytes_, parameter_count(problem_.shape)) {
        if (products_wave<T>(problem_) > 0)
            products_ =
                std::make_unique<Products<T>>(on_device_.problem(), wave_, members, states_.data(), samples_.data());
    }

    // Members begin .. begin + count - 1 of the task. False: a stop was asked for.
    bool run(std::uint64_t begin, std::uint64_t count, RealnvpCounts& counts) {
        count_ = count;
        first_ = task_.first + begin;
        start();
        if (task_.from) restore(begin);
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

    // Every member at its own start, with the objective there.
    void start() {
        memory_.set_to_zero();
        std::vector<MemberState> states(states_.size(),
                                        MemberState{0, false});  // those beyond count_ never take a step
        std::fill_n(states.begin(), count_, MemberState{0, true});
        states_.upload(states.data(), states.size());
        gpu::launch("start_kernel", grid(), start_kernel<T>, on_device_.problem(), wave_, task_.seed, first_, false);
        start_objectives_.assign(count_, std::numeric_limits<double>::quiet_NaN());
        const std::vector<Look> looks = look();
        for (std::uint64_t i = 0; i < count_; ++i) start_objectives_[i] = looks[i].end.objective;
    }

    // Members that have been trained before, in their place.
    void restore(std::uint64_t begin) {
        std::vector<MemberState> states(states_.size(), MemberState{0, false});
        for (std::uint64_t i = 0; i < count_; ++i) states[i] = transfers_.upload(*task_.from, begin + i, i);
        states_.upload(states.data(), states.size());
        gpu::launch("start_kernel", grid(), start_kernel<T>, on_device_.problem(), wave_, task_.seed, first_, true);
    }

    bool train_to(std::uint64_t end) {
        while (true) {
            const std::uint64_t least = least_steps(states(), end);
            if (least >= end) return true;
            if (is_due(task_.stop)) return false;
            made_ += count_ * launch_length_(end - least, [&](std::uint64_t steps) { train(end, steps); });
            if (task_.progress) task_.progress(made_);
        }
    }

    void train(std::uint64_t end, std::uint64_t steps) {
        if (products_)
            products_->train(task_.seed, first_, steps, end);
        else
            gpu::launch("train_kernel", grid(),
                        has_modes() ? block_kernel<TargetKind::any>() : block_kernel<TargetKind::bimodal>(),
                        on_device_.problem(), wave_, task_.seed, first_, end, steps, states_.data());
    }
    // With cuBLAS a block trains only what fits in shared memory.
    template <TargetKind target>
    auto block_kernel() const {
#ifndef MODECOLLAPSE_CUBLAS
        if (!fits_in_shared_memory(wave_.first)) return train_kernel<T, ParametersIn::device_memory, target>;
#endif
        return train_kernel<T, ParametersIn::shared_memory, target>;
    }
    bool has_modes() const { return problem_.modes.count > 0; }

    struct Look {
        RealnvpMonitor monitor = RealnvpMonitor::nothing();
        RealnvpEnd end = {};  // not finite
    };

    // At every member; at those whose training ended at a non-finite number there is nothing to see.
    std::vector<Look> look() {
        if (products_)
            products_->sample(task_.seed, first_);
        else
            gpu::launch("sample_kernel", grid(),
                        has_modes() ? sample_kernel<T, TargetKind::any> : sample_kernel<T, TargetKind::bimodal>,
                        on_device_.problem(), wave_, task_.seed, first_, samples_.data());
        const std::uint64_t n = problem_.evaluation_samples;
        std::vector<double> mine(numbers_of_samples(problem_));
        std::vector<Look> looks(count_);
        const std::vector<MemberState> now = states();
        const double *log_q = mine.data(), *log_p = log_q + n, *along = log_p + n;
        for (std::uint64_t i = 0; i < count_; ++i) {
            if (!now[i].finite) continue;
            samples_.download(mine.data(), mine.size(), i * mine.size());
            looks[i].monitor = monitor_of_samples(problem_, log_q, log_p, along, n);
            looks[i].end = end_of_samples(looks[i].monitor, log_q, log_p, n, beta_at_step(problem_, task_.until),
                                          start_objectives_[i]);
        }
        return looks;
    }

    void look_on_path(std::uint64_t begin, std::uint64_t k) {
        if (!task_.path.monitors) return;
        const std::vector<Look> looks = look();
        const std::vector<MemberState> now = states();
        for (std::uint64_t i = 0; i < count_; ++i)
            task_.path.monitors[(begin + i) * task_.path.times + k] =
                now[i].steps == task_.path.steps[k] ? looks[i].monitor : RealnvpMonitor::nothing();
    }

    void finish(std::uint64_t begin, const std::vector<MemberState>& before, RealnvpCounts& counts) {
        const std::vector<Look> looks = look();
        const std::vector<MemberState> now = states();
        for (std::uint64_t i = 0; i < count_; ++i) {
            const std::uint64_t member = begin + i;
            const RealnvpOutcome outcome = outcome_of(problem_, looks[i].end, looks[i].monitor);
            ++counts.count[static_cast<int>(outcome)];
            counts.steps += static_cast<std::int64_t>(now[i].steps - before[i].steps);
            if (task_.record.outcome) task_.record.outcome[member] = static_cast<std::uint8_t>(outcome);
            if (task_.record.steps) task_.record.steps[member] = now[i].steps;
            if (task_.record.monitor) task_.record.monitor[member] = looks[i].monitor;
            if (task_.to) transfers_.download(now[i], i, *task_.to, member);
        }
    }

    const RealnvpTask& task_;
    const RealnvpProblem& problem_;
    const OnDevice on_device_;
    std::size_t bytes_;
    gpu::DeviceBuffer<unsigned char> memory_;  // (members, bytes_)
    gpu::DeviceBuffer<MemberState> states_;
    gpu::DeviceBuffer<double> samples_;
    WaveMemory<T> wave_;
    MemberStates<T> transfers_;
    std::unique_ptr<Products<T>> products_;  // large networks
    std::vector<double> start_objectives_;   // (count_)
    std::uint64_t count_ = 0, first_ = 0, made_ = 0;
    gpu::LaunchLength launch_length_;
};

template <class T>
RealnvpCounts run(const RealnvpTask& task) {
    const std::size_t free_bytes = gpu::free_bytes();
    const std::size_t each = realnvp_memory<T>(*task.problem, nullptr).bytes + bytes_of_samples(*task.problem);
    const std::uint64_t wanted = products_wave<T>(*task.problem), room = free_bytes / 2 / each;
    const std::uint64_t members = wanted > 0 ? wanted : std::min<std::uint64_t>(task.count, room);
    if (members == 0 || members > room)
        throw std::runtime_error("run_realnvp_on_cuda: " + std::to_string(std::max<std::uint64_t>(members, 1)) +
                                 " members of " + std::to_string(each) +
                                 " bytes do not fit in half of the free device memory, " + std::to_string(free_bytes) +
                                 " bytes");
    Wave<T> wave(task, members);
    RealnvpCounts counts = {};
    for (std::uint64_t begin = 0; begin < task.count && !counts.stopped; begin += members)
        counts.stopped = !wave.run(begin, std::min(members, task.count - begin), counts);
    return counts;
}

}  // namespace

RealnvpCounts run_realnvp_on_cuda(const RealnvpTask& task, const CudaOptions& options) {
    const std::lock_guard<std::mutex> alone(gpu::use_of(options.device).free_memory);
    gpu::use_device(options.device);
    if (task.count == 0) return {};
    if (task.target_samples > 0)
        throw std::runtime_error("run_realnvp_on_cuda: the forward KL is computed on the CPU only");
    return task.precision == Precision::single_precision ? run<float>(task) : run<double>(task);
}

}  // namespace modecollapse
