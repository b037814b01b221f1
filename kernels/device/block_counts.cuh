// Outcome counts on a GPU: 64-bit integers, a column for each thread in shared memory, one sum a block in device
// memory, reduced at the end by CUB (sum_rows). Sums of integers: no order shows.
#pragma once

#include <cstdint>

#include "kernels/device/launch.cuh"
#include "kernels/gradient_flow/thread.hpp"

namespace modecollapse {

// Counts of all blocks, (CountColumn::entries, columns): entry c of block b is table[c * columns + b].
struct BlockCounts {
    std::int64_t* table;
    int columns;
};

// This thread's column, of zeros, in shared memory for (CountColumn::entries, threads of the block). A meeting of the
// block.
__device__ __forceinline__ CountColumn clear_counts(std::int64_t* columns) {
    for (unsigned int entry = 0; entry < CountColumn::entries; ++entry) columns[entry * blockDim.x + threadIdx.x] = 0;
    __syncthreads();
    return {columns + threadIdx.x, static_cast<int>(blockDim.x)};
}

// Adds the columns to the block's counts. A meeting of the block.
__device__ __forceinline__ void add_counts(const std::int64_t* columns, BlockCounts counts) {
    __syncthreads();
    if (threadIdx.x >= CountColumn::entries) return;
    std::int64_t sum = 0;
    for (unsigned int i = 0; i < blockDim.x; ++i) sum += columns[threadIdx.x * blockDim.x + i];
    counts.table[static_cast<std::uint64_t>(threadIdx.x) * counts.columns + blockIdx.x] += sum;
}

}  // namespace modecollapse
