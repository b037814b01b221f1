// Ensembles whose members are taken to their horizon and handed over as they stand there: what is asked, and where it goes. What has
// become of a member is read off its final state in one place, whatever backend has moved it.
#pragma once

#include "kernels/run/records.hpp"
#include "kernels/run/stop_request.hpp"

namespace modecollapse {

// How a member left its run: `given_up` if it was stopped before its end.
enum class MemberStatus : std::uint8_t { given_up = 0, at_horizon = 1, out_of_steps = 2 };

template <class Payload>
struct MemberTask {
    const Payload* problem;
    std::uint64_t seed;
    std::uint64_t first;  // id of the first member
    std::uint64_t count;
    const double* starts = nullptr;  // (count, size of a state) given starts instead of the initial law; or null
    const StopRequest* stop = nullptr;
};

// Where a backend leaves the final states of a task.
struct MemberEnds {
    double* state;            // (count, size of a state)
    MemberStatus* status;     // (count)
    std::uint32_t* attempts;  // (count): Runge-Kutta steps tried, or steps of SGD; cut off at 2^32 - 1
};

// Members begin .. begin + count - 1 of a task. size: of a state.
template <class Task>
Task part_of(const Task& task, std::uint64_t size, std::uint64_t begin, std::uint64_t count) {
    Task part = task;
    part.first = task.first + begin;
    part.count = count;
    part.starts = from_index(task.starts, begin * size);
    return part;
}

MC_HOST_DEVICE std::uint32_t counted_attempts(double attempts) {
    return attempts < 4294967295.0 ? static_cast<std::uint32_t>(attempts) : 4294967295u;
}

}  // namespace modecollapse
