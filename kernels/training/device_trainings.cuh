// Members of a task trained on a CUDA device, a block of threads each: as many at once, a wave, as the device's memory takes. A
// launch makes a few steps, so that a stop is served in between. What held-out data say is read on the host by the Reader of the
// CPU backend (member_trainings.hpp), which asks the device in the place of a thread.
//
// Kernels, of a family and a precision:
//   Family, Number                                   as in member_trainings.hpp; float or double
//   Kernels(task)                                    brings to the device what the members share
//   start(wave, members, seed, first, step)          every member at its own start, as of a step; its memory is zero
//   train(wave, members, seed, first, until, most, states)   at most `most` steps of each, up to step `until`
//   answer(call, wave, places, place)                what is asked of the member in `place`, by as many blocks as it likes of the
//                                                    wave's `places`, whose arrays of a tile are free to be used
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/training/answer.hpp"
#include "kernels/training/members_memory.cuh"
#include "kernels/training/task.hpp"

namespace modecollapse {

// Arrays of doubles on the device that are to be copied back to the host.
class DeviceOutputs {
public:
    // Null for null.
    double* of(double* host, std::uint64_t count) {
        if (!host) return nullptr;
        outputs_.push_back({host, gpu::DeviceBuffer<double>(count)});
        return outputs_.back().device.data();
    }
    void download() const {
        for (const Output& output : outputs_) output.device.download(output.host, output.device.size());
    }

private:
    struct Output {
        double* host;
        gpu::DeviceBuffer<double> device;
    };
    std::vector<Output> outputs_;
};

template <class Kernels>
class DeviceTrainings {
    using Family = typename Kernels::Family;
    using T = typename Kernels::Number;
    using Task = typename Family::Task;
    using Call = typename Family::Call;
    using Monitor = typename Task::Monitor;
    using Memory = typename Family::template Memory<T>;

public:
    // places: at least `members`.
    DeviceTrainings(const Task& task, std::uint64_t members, std::uint64_t places)
        : task_(task),
          bytes_(Family::template memory_of<T>(*task.problem, nullptr).bytes),
          places_(places),
          memory_(places * bytes_),
          states_(members),
          wave_{Family::template memory_of<T>(*task.problem, memory_.data()), bytes_},
          transfers_(wave_.first, bytes_, Family::count(*task.problem)),
          kernels_(task),
          reader_(task) {}

    // Members begin .. begin + count - 1 of the task. False: a stop was asked for.
    bool run(std::uint64_t begin, std::uint64_t count) {
        begin_ = begin;
        count_ = count;
        start();
        for (std::uint64_t k = 0; k < task_.path.times; ++k) {
            if (!train_to(task_.path.steps[k])) return false;
            for (std::uint64_t i = 0; i < count_; ++i) {
                Monitor& monitor = task_.path.monitors[(begin_ + i) * task_.path.times + k];
                monitor = {};
                if (now_[i].finite && now_[i].steps == task_.path.steps[k] && !look(i, monitor)) return false;
            }
        }
        return train_to(task_.problem->steps) && finish();
    }

private:
    // What a Reader wants of a member beside answers.
    struct Block {
        const DeviceTrainings& trainings;
        std::uint64_t place;
        void copy_parameters(double* to) const { trainings.transfers_.download_parameters(place, to); }
    };

    void start() {
        now_.assign(count_, {0, true});
        draw_starts(0);
        for (std::uint64_t i = 0; task_.from && i < count_; ++i)
            now_[i] = transfers_.upload(*task_.from, begin_ + i, i);
        states_.upload(now_.data(), count_);
    }

    void draw_starts(std::uint64_t step) {
        memory_.set_to_zero();
        kernels_.start(wave_, count_, task_.seed, task_.first + begin_, step);
    }

    bool train_to(std::uint64_t end) {
        while (true) {
            const std::uint64_t least = least_steps(now_, end);
            if (least >= end) return true;
            if (is_due(task_.stop)) return false;
            launch_length_(end - least, [&](std::uint64_t steps) {
                kernels_.train(wave_, count_, task_.seed, task_.first + begin_, end, steps, states_.data());
            });
            for (const MemberState& state : now_) made_ -= state.steps;
            states_.download(now_.data(), count_);
            for (const MemberState& state : now_) made_ += state.steps;
            if (task_.progress) task_.progress(made_);
        }
    }

    // What can be asked of a member, as of its step.
    Call call_of(std::uint64_t i) const { return call_of(i, now_[i].steps); }
    Call call_of(std::uint64_t i, std::uint64_t step) const {
        Call call = {
            {Family::TaskKind::prepare, task_.problem, task_.precision, task_.seed, task_.first + begin_ + i, nullptr}};
        call.first = step;
        call.stop = task_.stop;
        Family::Reader::set(call, task_);
        return call;
    }
    auto answers_of(std::uint64_t i) const {
        return [this, i](const Call& asked) { return kernels_.answer(asked, wave_, places_, i); };
    }
    bool look(std::uint64_t i, Monitor& monitor) {
        return !is_due(task_.stop) && reader_.look(Block{*this, i}, call_of(i), answers_of(i), monitor);
    }
    template <class Objective>
    bool look_at_objective(std::uint64_t i, std::uint64_t step, Objective& objective) {
        return !is_due(task_.stop) &&
               reader_.look_at_objective(call_of(i, step), now_[i].steps, answers_of(i), objective);
    }

    bool finish() {
        std::vector<Monitor> ends(count_);
        for (std::uint64_t i = 0; i < count_; ++i) {
            const bool finite = now_[i].finite;
            if (finite && !(look(i, ends[i]) && look_at_objective(i, now_[i].steps, ends[i].objective))) return false;
            if (task_.to) transfers_.download(now_[i], i, *task_.to, begin_ + i);
        }
        // all who are finite are there: their starts with the constants of the end, and with their own, the worse of the two
        draw_starts(task_.problem->steps);
        for (std::uint64_t i = 0; i < count_; ++i)
            if (now_[i].finite && !look_at_objective(i, now_[i].steps, ends[i].start_objective)) return false;
        if (Family::Reader::has_two_starts(*task_.problem)) {
            draw_starts(0);
            for (std::uint64_t i = 0; i < count_; ++i) {
                auto own = ends[i].start_objective;
                if (now_[i].finite && !look_at_objective(i, 0, own)) return false;
                take_the_worse(own, ends[i].start_objective);
            }
        }
        for (std::uint64_t i = 0; i < count_; ++i) record_end(task_, begin_ + i, now_[i].steps, ends[i]);
        return true;
    }

    const Task& task_;
    std::size_t bytes_;
    std::uint64_t places_;
    gpu::DeviceBuffer<unsigned char> memory_;  // (places, bytes_)
    gpu::DeviceBuffer<MemberState> states_;
    MembersMemory<Memory> wave_;
    MemberStates<T> transfers_;
    Kernels kernels_;
    typename Family::Reader reader_;
    std::vector<MemberState> now_;  // (count_)
    std::uint64_t begin_ = 0, count_ = 0, made_ = 0;
    gpu::LaunchLength launch_length_;
};

// False: stopped; members of the waves before are recorded. Throws std::runtime_error: with the CUDA error's text, or where no member
// fits in the device's memory.
template <class Kernels>
bool train_on_device(const typename Kernels::Family::Task& task, const CudaOptions& options) {
    const std::lock_guard<std::mutex> alone(gpu::use_of(options.device).free_memory);
    gpu::use_device(options.device);
    if (task.count == 0) return true;
    const std::size_t free_bytes = gpu::free_bytes();
    int processors = 0;
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, options.device));
    const std::size_t each =
        Kernels::Family::template memory_of<typename Kernels::Number>(*task.problem, nullptr).bytes;
    const std::uint64_t room = free_bytes / 2 / each, members = std::min<std::uint64_t>(task.count, room);
    if (members == 0)
        throw std::runtime_error("train_on_device: a member of " + std::to_string(each) +
                                 " bytes does not fit in half of the free device memory, " +
                                 std::to_string(free_bytes) + " bytes");
    const auto places = std::min(room, std::max(members, static_cast<std::uint64_t>(processors)));
    DeviceTrainings<Kernels> trainings(task, members, places);
    for (std::uint64_t begin = 0; begin < task.count; begin += members)
        if (!trainings.run(begin, std::min(members, task.count - begin))) return false;
    return true;
}

}  // namespace modecollapse
