// CUDA kernels of sequence VAEs: a block of threads works on one member (member.hpp), with the bits of the CPU backend.
#pragma once

#include "kernels/device/curand.cuh"
#include "kernels/sequence/member.hpp"
#include "kernels/training/block_descent.hpp"
#include "kernels/training/block_team.cuh"
#include "kernels/training/members_memory.cuh"
#include "kernels/training/sample_normals.hpp"

namespace modecollapse::sequence {
namespace {

constexpr unsigned int member_threads = 256;

template <class T>
using Wave = MembersMemory<Memory<T>>;

template <class T>
using Layers = BlockLayers<T, BlockTeam>;

template <class T>
using BlockMember = Member<Layers<T>, SampleNormals<Layers<T>, PhiloxWords>, PhiloxWords>;

// The arrays of `place`, with the parameters of the member in `member`.
template <class T>
__device__ __forceinline__ Memory<T> memory_at(const Problem& problem, const Wave<T>& wave, unsigned int place,
                                               unsigned int member) {
    Memory<T> m = wave.first;
    MemberCursor cursor = wave.cursor(place);
    lay_out(problem, cursor, m);
    m.parameters = wave.cursor(member).moved(wave.first.parameters);
    const Layout at = layout_of(problem);
    place_parts(at, m);
    read_in_place(problem, at, m);
    return m;
}

template <class T>
__global__ void __launch_bounds__(member_threads, 2)  // another block computes while one waits
    start_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
                   std::uint64_t first) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    draw_start(problem, PhiloxWords(), seed, first + blockIdx.x, m.parameters, static_cast<int>(threadIdx.x),
               static_cast<int>(blockDim.x));
}

template <class T>
__global__ void __launch_bounds__(member_threads, 2)  // another block computes while one waits
    train_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                   std::uint64_t seed, std::uint64_t first, std::uint64_t until, std::uint64_t most,
                   MemberState* states) {
    MemberState& state = states[blockIdx.x];
    const std::uint64_t begun = state.steps, left = begun < until ? until - begun : 0,
                        count = left < most ? left : most, id = first + blockIdx.x;
    if (!state.finite || count == 0) return;
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    const TrainingAnswer answer =
        BlockMember<T>(problem, m, seed, id, Layers<T>(m.transposed, {}), {{}, seed, id}, {}, nullptr)
            .train(begun, count, table);
    __syncthreads();
    if (threadIdx.x == 0) state = {begun + answer.steps, answer.finite};
}

// Of the member in `place`, whose tiles the blocks share.
template <class T>
__global__ void __launch_bounds__(member_threads, 2)  // another block computes while one waits
    evaluate_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                      std::uint64_t seed, std::uint64_t id, unsigned int place, std::uint64_t step, Evaluation out) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, seed, id, Layers<T>(m.transposed, {}), {{}, seed, id}, {}, nullptr)
        .evaluate(step, table, out, {blockIdx.x, gridDim.x});
}

template <class T>
__global__ void __launch_bounds__(member_threads, 2)  // another block computes while one waits
    weigh_sequence(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, TokenTable table,
                   unsigned int place, std::uint64_t step, std::uint64_t row, const double* given, std::uint64_t count,
                   double* log_likelihood, double* score) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, 0, 0, Layers<T>(m.transposed, {}), {{}, 0, 0}, {}, nullptr)
        .weigh(step, table, row, given, count, log_likelihood, score, {blockIdx.x, gridDim.x});
}

}  // namespace
}  // namespace modecollapse::sequence
