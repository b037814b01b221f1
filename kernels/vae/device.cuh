// CUDA kernels of VAEs: a block of threads works on one member (member.hpp), with the bits of the CPU backend.
#pragma once

#include "kernels/training/device_member.cuh"
#include "kernels/vae/member.hpp"

namespace modecollapse::vae {
namespace {

template <class T>
using Wave = MembersMemory<Memory<T>>;

template <class T>
using BlockMember = Member<DeviceLayers<T>, DeviceNormals<T>, PhiloxWords>;

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    start_vae(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
              std::uint64_t first, std::uint64_t step) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    draw_start(problem, PhiloxWords(), seed, first + blockIdx.x, m.parameters, static_cast<int>(threadIdx.x),
               static_cast<int>(blockDim.x));
    __syncthreads();
    BlockMember<T>(problem, m, seed, first + blockIdx.x, DeviceLayers<T>(m.transposed, {}),
                   {{}, seed, first + blockIdx.x}, {})
        .lift(step);
}

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    train_vae(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
              std::uint64_t first, std::uint64_t until, std::uint64_t most, MemberState* states) {
    const MemberLaunch launch(states[blockIdx.x], until, most);
    if (launch.count == 0) return;
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, blockIdx.x);
    const std::uint64_t id = first + blockIdx.x;
    launch.end(BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
                   .train(launch.begun, launch.count));
}

// Of the member in `place`, whose tiles the blocks share.
template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    evaluate_vae(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
                 std::uint64_t id, unsigned int place, std::uint64_t step, Evaluation out, double* x) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
        .template evaluate<DataRead::held_out>(step, problem.held_out, out, x, {blockIdx.x, gridDim.x});
}

// The same by `data` that it was trained on.
template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    judge_vae(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, std::uint64_t seed,
              std::uint64_t id, unsigned int place, std::uint64_t step, std::uint64_t data, Evaluation out) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, seed, id, DeviceLayers<T>(m.transposed, {}), {{}, seed, id}, {})
        .template evaluate<DataRead::training>(step, data, out, nullptr, {blockIdx.x, gridDim.x});
}

template <class T>
__global__ void __launch_bounds__(member_threads, member_blocks)
    decode_vae(const __grid_constant__ Problem problem, const __grid_constant__ Wave<T> wave, unsigned int place,
               std::uint64_t step, const double* given, std::uint64_t count, Decoded out) {
    const Memory<T> m = memory_at(problem, wave, blockIdx.x, place);
    BlockMember<T>(problem, m, 0, 0, DeviceLayers<T>(m.transposed, {}), {{}, 0, 0}, {})
        .decode(step, given, count, out, {blockIdx.x, gridDim.x});
}

}  // namespace
}  // namespace modecollapse::vae
