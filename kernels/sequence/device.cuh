// CUDA kernels of sequence VAEs: a block of threads works on one member (member.hpp), with the bits of the CPU backend.
#pragma once

#include "kernels/sequence/member.hpp"
#include "kernels/training/device_member.cuh"

namespace modecollapse::sequence {
namespace {

template <class T>
using Wave = MembersMemory<Memory<T>>;

template <class T>
using BlockMember = Member<DeviceLayers<T>, DeviceNormals<T>, PhiloxWords>;

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    start_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
                   std::uint64_t first) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    draw_start(problem, PhiloxWords(), seed, first + blockIdx.x, m.parameters, static_cast<int>(threadIdx.x),
               static_cast<int>(blockDim.x));
}

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    train_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                   std::uint64_t seed, std::uint64_t first, std::uint64_t until, std::uint64_t most,
                   MemberState* states) {
    const MemberLaunch launch(states[blockIdx.x], until, most);
    if (launch.count == 0) return;
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    const std::uint64_t id = first + blockIdx.x;
    launch.end(BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
                   .train(launch.begun, launch.count, table));
}

// Of the member in `place`, whose tiles the blocks share.
template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    evaluate_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                      std::uint64_t seed, std::uint64_t id, unsigned int place, std::uint64_t step, Evaluation out) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
        .template evaluate<DataRead::held_out>(step, table, table.sentences, out, {blockIdx.x, gridDim.x});
}

// The same by `sentences` that it was trained on, of `table` or fresh ones.
template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    judge_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                   std::uint64_t seed, std::uint64_t id, unsigned int place, std::uint64_t step,
                   std::uint64_t sentences, Evaluation out) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
        .template evaluate<DataRead::training>(step, table, sentences, out, {blockIdx.x, gridDim.x});
}

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    weigh_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                   unsigned int place, std::uint64_t step, std::uint64_t row, const double* given, std::uint64_t count,
                   double* log_likelihood, double* score) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, 0, 0, DeviceLayers<T>(m.transposed, {}), {{}, 0, 0}, {})
        .weigh(step, table, row, given, count, log_likelihood, score, {blockIdx.x, gridDim.x});
}

}  // namespace
}  // namespace modecollapse::sequence
