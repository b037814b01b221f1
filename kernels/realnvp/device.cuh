// Kernels of the RealNVP ensemble that give a block to a member: the start, training of small networks, and samples.
#pragma once

#include "kernels/device/curand.cuh"
#include "kernels/device/launch.cuh"
#include "kernels/realnvp/phases.hpp"
#include "kernels/training/block_team.cuh"

namespace modecollapse {
namespace {

constexpr unsigned int member_threads = 256;
constexpr std::size_t shared_bytes = 40 * 1024;  // for parameters

template <class T>
bool fits_in_shared_memory(const RealnvpMemory<T>& m) {
    return m.padded_parameters * sizeof(T) <= shared_bytes;
}

// The memory of the first member, and the distance to the next one's.
template <class T>
struct WaveMemory {
    RealnvpMemory<T> first;
    std::size_t stride;

    template <class P>
    __device__ P* of_member(P* pointer, unsigned int member) const {
        return reinterpret_cast<P*>(reinterpret_cast<unsigned char*>(pointer) + member * stride);
    }
    __device__ RealnvpMemory<T> of_member(unsigned int member) const {
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
                              &m.pull};
        for (T** const array : arrays) *array = of_member(*array, member);
        m.order = of_member(m.order, member);
        return m;
    }
};

template <class T, TargetKind target = TargetKind::bimodal>
using Block = RealnvpBlock<T, BlockTeam, PhiloxWords, target>;

template <class T>
__global__ void __launch_bounds__(member_threads)
    start_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave, std::uint64_t seed,
                 std::uint64_t first, bool restored) {
    const RealnvpMemory<T> m = wave.of_member(blockIdx.x);
    const Block<T> block(problem, m, seed, first + blockIdx.x, {}, {});
    if (restored)
        block.order();
    else
        block.start();
}

// Two programs: an address that may be either could not be read as what it is.
enum class ParametersIn { shared_memory, device_memory };

template <class T, ParametersIn place, TargetKind target>
__global__ void __launch_bounds__(member_threads, 2)  // another block computes while one's threads wait for each other
    train_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave, std::uint64_t seed,
                 std::uint64_t first, std::uint64_t until, std::uint64_t most, MemberState* states) {
    MemberState& state = states[blockIdx.x];
    const std::uint64_t begun = state.steps, left = begun < until ? until - begun : 0,
                        count = left < most ? left : most;
    if (!state.finite || count == 0) return;
    RealnvpMemory<T> m = wave.of_member(blockIdx.x);
    T* const stored = m.parameters;
    if constexpr (place == ParametersIn::shared_memory) {
        alignas(64) __shared__ unsigned char parameters[shared_bytes + 64];  // more: block_tiles.hpp
        m.parameters = reinterpret_cast<T*>(parameters);
        for (std::uint64_t i = threadIdx.x; i < m.padded_parameters; i += blockDim.x) m.parameters[i] = stored[i];
    }
    __syncthreads();
    const RealnvpAnswer answer = Block<T, target>(problem, m, seed, first + blockIdx.x, {}, {}).train(begun, count);
    __syncthreads();
    if (place == ParametersIn::shared_memory)
        for (std::uint64_t i = threadIdx.x; i < m.padded_parameters; i += blockDim.x) stored[i] = m.parameters[i];
    if (threadIdx.x == 0) state = {begun + answer.steps, answer.finite};
}

// samples: (blocks, numbers of a sample, count): log q, log p, and <mu*, x> or coordinates, these sample by sample.
template <class T, TargetKind target>
__global__ void __launch_bounds__(member_threads)
    sample_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave, std::uint64_t seed,
                  std::uint64_t first, double* samples) {
    const RealnvpMemory<T> m = wave.of_member(blockIdx.x);
    const std::uint64_t count = problem.evaluation_samples;
    double* const mine = samples + blockIdx.x * numbers_of_a_sample(problem) * count;
    Block<T, target>(problem, m, seed, first + blockIdx.x, {}, {}).sample(count, mine, mine + count, mine + 2 * count);
}

}  // namespace
}  // namespace modecollapse
