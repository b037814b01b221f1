// One step of the full sampler by one CUDA block: one warp a sample.
//
// The threads of a warp share the coordinates of a sample, reduce its projections by shuffles, and draw the coordinates
// again to weight them into the warp's share of the noise; nothing is stored but sums. The sums have another order than
// on the CPU: equal to rounding, not to the bit. The physics and the order of the draws are those of include/.
#pragma once

#include "kernels/device/curand.cuh"
#include "modecollapse/sgd/full_sampler.hpp"

namespace modecollapse {

constexpr unsigned int block_threads = 128;
constexpr unsigned int warps = block_threads / 32;
constexpr unsigned int whole_warp = 0xffffffffu;
using Normals = LaneNormals<double, PhiloxWords>;

// The vectors of a block's trajectory in device memory: (2 means, then for each warp its share of the noise; d).
template <SgdProgram kind>
struct BlockVectors {
    double* memory;
    std::uint64_t size;
    double baseline[2];       // beta_j of the step
    unsigned int noise_each;  // vectors of noise a warp
    double (*scratch)[2];     // (warps): shared

    __device__ double* noise_at(unsigned int warp, unsigned int v, std::uint64_t k) const {
        return memory + (2 + warp * noise_each + v) * size + k;
    }
    __device__ double mean(int i, std::uint64_t k) const { return memory[i * size + k]; }
    __device__ void set_mean(int i, std::uint64_t k, double x) { memory[i * size + k] = x; }
    __device__ double noise(int i, std::uint64_t k) const {
        double sum = 0.0;
        if constexpr (kind != SgdProgram::plain) {
            for (unsigned int warp = 0; warp < warps; ++warp) {
                sum += *noise_at(warp, i, k);
                if (noise_each > 2)
                    for (int j = 0; j < 2; ++j) sum -= baseline[j] * *noise_at(warp, 2 + 2 * j + i, k);
            }
        }
        return sum;
    }
    template <class Function>
    __device__ SumPair<double> sum(const Function& f) const {
        SumPair<double> mine = {0.0, 0.0};
        for (std::uint64_t k = threadIdx.x; k < size; k += block_threads) {
            const SumPair<double> term = f(k);
            mine.first += term.first;
            mine.second += term.second;
        }
        for (int offset = 16; offset > 0; offset /= 2) {
            mine.first += __shfl_xor_sync(whole_warp, mine.first, offset);
            mine.second += __shfl_xor_sync(whole_warp, mine.second, offset);
        }
        __syncthreads();  // the scratch may still be read
        if (threadIdx.x % 32 == 0) {
            scratch[threadIdx.x / 32][0] = mine.first;
            scratch[threadIdx.x / 32][1] = mine.second;
        }
        __syncthreads();
        SumPair<double> total = {0.0, 0.0};
        for (unsigned int warp = 0; warp < warps; ++warp)
            total = {total.first + scratch[warp][0], total.second + scratch[warp][1]};
        return total;
    }
};

// Adds one sample of stratum j, of which this warp shares the coordinates.
template <int j, SgdProgram kind>
__device__ __forceinline__ void add_sample(BatchSums<double, kind>& sums, const BlockVectors<kind>& vectors,
                                           const Normals& normals, std::uint64_t first) {
    const unsigned int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    SampleProjections<double> z = {0.0, 0.0, 0.0, 0.0};
    for (std::uint64_t block = lane; 4 * block < vectors.size; block += 32) {
        const NormalBlock<double> x = normals(Purpose::sample_normals, first + block);
        if (block == 0) z.mode = x.value[0];
        for (int i = 0; i < 4; ++i) {
            const std::uint64_t k = 4 * block + i;
            if (k >= vectors.size) break;
            z.difference = fma(vectors.mean(0, k) - vectors.mean(1, k), x.value[i], z.difference);
            z.second = fma(vectors.mean(1, k), x.value[i], z.second);
            z.squared = fma(x.value[i], x.value[i], z.squared);
        }
    }
    for (int offset = 16; offset > 0; offset /= 2) {
        z.difference += __shfl_xor_sync(whole_warp, z.difference, offset);
        z.second += __shfl_xor_sync(whole_warp, z.second, offset);
        z.squared += __shfl_xor_sync(whole_warp, z.squared, offset);
    }
    z.mode = __shfl_sync(whole_warp, z.mode, 0);
    const SampleCoefficients<double> c = sums.template add<j>(sums.template terms<j>(z));
    if constexpr (BatchSums<double, kind>::has_noise) {
        for (std::uint64_t block = lane; 4 * block < vectors.size; block += 32) {
            const NormalBlock<double> x = normals(Purpose::sample_normals, first + block);
            for (int i = 0; i < 4; ++i) {
                const std::uint64_t k = 4 * block + i;
                if (k >= vectors.size) break;
                for (int mean = 0; mean < 2; ++mean) {
                    *vectors.noise_at(warp, mean, k) += c.p[mean] * x.value[i];
                    if (vectors.noise_each > 2) *vectors.noise_at(warp, 2 + 2 * j + mean, k) += c.n[mean] * x.value[i];
                }
            }
        }
    }
}

template <SgdProgram kind>
__device__ OrderParameters<double> full_step(const SgdPayload& problem, BlockVectors<kind>& vectors,
                                             const Normals& normals, BatchSums<double, kind>* shared_sums,
                                             const OrderParameters<double>& y, std::uint64_t step) {
    const unsigned int warp = threadIdx.x / 32;
    for (std::uint64_t k = threadIdx.x; k < warps * vectors.noise_each * vectors.size; k += block_threads)
        vectors.memory[2 * vectors.size + k] = 0.0;
    __syncthreads();
    const StateWeights<double> w = weights_of_state(problem, y);
    using Sums = BatchSums<double, kind>;
    Sums sums(problem, y, w.weights, w.log_odds, beta_at_step(problem, step));
    const std::uint64_t blocks = blocks_per_full_sample(problem.dimension),
                        begin = step * full_blocks_per_step(problem);
    for (std::uint64_t b = warp; b < problem.batch; b += warps) {
        add_sample<0, kind>(sums, vectors, normals, begin + 2 * b * blocks);
        add_sample<1, kind>(sums, vectors, normals, begin + (2 * b + 1) * blocks);
    }
    if (threadIdx.x % 32 == 0) shared_sums[warp] = sums;
    __syncthreads();
    Sums total = shared_sums[0];
    for (unsigned int other = 1; other < warps; ++other) total.add(shared_sums[other]);
    const GradientCoefficients<double> a = total.coefficients();
    for (int j = 0; j < 2; ++j) vectors.baseline[j] = a.baseline[j];
    OrderParameters<double> next = spherical_step(vectors, a, problem.radius, problem.learning_rate);
    next.weight = weight_step(problem.geometry, y.weight, a.difference, problem.learning_rate);
    __syncthreads();
    return next;
}

}  // namespace modecollapse
