// What a launch of a kernel works on where one GPU thread takes one member to its horizon: host + device. Who launches what, and
// when: member_runner.cuh.
#pragma once

#include "kernels/run/members.hpp"

namespace modecollapse {

// Members task.first .. task.first + task.count - 1. Kept: what a member is between two launches.
template <class Payload, class Kept>
struct MemberLaunch {
    MemberTask<Payload> task;
    Kept* kept;           // (count)
    double* memory;       // (count, words)
    std::uint64_t words;  // of a member
    std::uint64_t step;   // of SGD, where the launch begins
    std::uint64_t steps;  // or attempts of a flow, of this launch
    MemberEnds ends;      // status `given_up`: the member runs on
};

}  // namespace modecollapse
