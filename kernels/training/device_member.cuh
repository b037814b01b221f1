// What the kernels of trained families have in common: a block of threads works on one member, with the bits of the CPU backend.
#pragma once

#include "kernels/device/curand.cuh"
#include "kernels/training/answer.hpp"
#include "kernels/training/block_descent.hpp"
#include "kernels/training/block_team.cuh"
#include "kernels/training/members_memory.cuh"
#include "kernels/training/sample_normals.hpp"

namespace modecollapse {

constexpr unsigned int member_threads = 256;
constexpr int member_blocks = 2;  // a multiprocessor: another computes while one waits

template <class T>
using DeviceLayers = BlockLayers<T, BlockTeam>;
template <class T>
using DeviceNormals = SampleNormals<DeviceLayers<T>, PhiloxWords>;

// The arrays of `place`, with the parameters of the member in `member`. Lay-outs: memory.hpp of the family.
template <class Problem, class Memory>
__device__ __forceinline__ Memory memory_at(const Problem& problem, const MembersMemory<Memory>& wave,
                                            unsigned int place, unsigned int member) {
    Memory m = wave.first;
    MemberCursor cursor = wave.cursor(place);
    lay_out(problem, cursor, m);
    m.parameters = wave.cursor(member).moved(wave.first.parameters);
    const auto at = layout_of(problem);
    place_parts(at, m);
    read_in_place(problem, at, m);
    return m;
}

// A block's part of a launch: at most `most` steps of its member, up to step `until`; none of one that has ended.
class MemberLaunch {
public:
    __device__ __forceinline__ MemberLaunch(MemberState& state, std::uint64_t until, std::uint64_t most)
        : begun(state.steps), count(count_of(state, until, most)), state_(state) {}

    __device__ __forceinline__ void end(const TrainingAnswer& answer) const {
        __syncthreads();
        if (threadIdx.x == 0) state_ = {begun + answer.steps, answer.finite};
    }

    const std::uint64_t begun, count;

private:
    __device__ __forceinline__ static std::uint64_t count_of(const MemberState& state, std::uint64_t until,
                                                             std::uint64_t most) {
        if (!state.finite || state.steps >= until) return 0;
        return until - state.steps < most ? until - state.steps : most;
    }

    MemberState& state_;
};

}  // namespace modecollapse
