// Device copies of the arrays that a caller gave with a task, for one slice of its trajectories: starts, and records of
// the final states.
#pragma once

#include "kernels/device/launch.cuh"
#include "kernels/run/records.hpp"

namespace modecollapse::gpu {

class SliceArrays {
public:
    // Room for `slice` trajectories in what is not null.
    SliceArrays(const OrderParameters<double>* starts, const EndRecord& record, std::uint64_t slice)
        : starts_(starts ? slice : 0), outcome_(record.outcome ? slice : 0) {
        const Values wanted = values_of(record);
        for (int i = 0; i < value_count; ++i) values_[i] = DeviceBuffer<double>(wanted.array[i] ? slice : 0);
    }

    // Moves the part of the task that starts at `begin` to the device. Task: anything with problem, first, count,
    // starts and record.
    template <class Task>
    Task upload(const Task& task, std::uint64_t begin, std::uint64_t count) {
        if (task.starts) starts_.upload(task.starts + begin, count);
        Task part = task;
        part.problem = nullptr;  // travels as a parameter of its own
        part.first = task.first + begin;
        part.count = count;
        part.starts = starts_.data();
        part.stop = nullptr;  // of the host
        part.record = {outcome_.data(),   values_[0].data(), values_[1].data(), values_[2].data(),
                       values_[3].data(), values_[4].data(), values_[5].data()};
        return part;
    }

    void download(const EndRecord& record, std::uint64_t begin, std::uint64_t count) const {
        if (record.outcome) outcome_.download(record.outcome + begin, count);
        const Values wanted = values_of(record);
        for (int i = 0; i < value_count; ++i)
            if (wanted.array[i]) values_[i].download(wanted.array[i] + begin, count);
    }

private:
    static constexpr int value_count = 6;
    struct Values {
        double* array[value_count];
    };
    static Values values_of(const EndRecord& r) { return {{r.m1, r.m2, r.u, r.time, r.weight, r.aligned}}; }

    DeviceBuffer<OrderParameters<double>> starts_;
    DeviceBuffer<std::uint8_t> outcome_;
    DeviceBuffer<double> values_[value_count];
};

}  // namespace modecollapse::gpu
