// Outcome counts on a GPU: 64-bit integers, a column for each thread in shared memory; a block adds the sums of its columns to
// those of the whole device, atomically. Sums of integers: no order shows.
#pragma once

#include <cstdint>

#include "kernels/device/launch.cuh"
#include "kernels/gradient_flow/thread.hpp"

namespace modecollapse {

// What atomicAdd() takes; two's complement, so it adds signed numbers as well.
using DeviceCount = unsigned long long;

// Counts of all blocks so far.
struct BlockCounts {
    DeviceCount* sums;  // (CountColumn::entries)
};

// This thread's column, of zeros, in shared memory for (CountColumn::entries, threads of the block). A meeting of the
// block.
__device__ __forceinline__ CountColumn clear_counts(std::int64_t* columns) {
    for (unsigned int entry = 0; entry < CountColumn::entries; ++entry) columns[entry * blockDim.x + threadIdx.x] = 0;
    __syncthreads();
    return {columns + threadIdx.x, static_cast<int>(blockDim.x)};
}

// Adds the columns to the device's counts. A meeting of the block.
__device__ __forceinline__ void add_counts(const std::int64_t* columns, BlockCounts counts) {
    __syncthreads();
    if (threadIdx.x >= CountColumn::entries) return;
    std::int64_t sum = 0;
    for (unsigned int i = 0; i < blockDim.x; ++i) sum += columns[threadIdx.x * blockDim.x + i];
    if (sum != 0) atomicAdd(counts.sums + threadIdx.x, static_cast<DeviceCount>(sum));
}

// The counts of one run on the device, from zero.
class DeviceCounts {
public:
    DeviceCounts() : sums_(CountColumn::entries) { sums_.set_to_zero(); }
    BlockCounts on_device() const { return {sums_.data()}; }
    OutcomeCounts read() const {
        DeviceCount sums[CountColumn::entries];
        sums_.download(sums, CountColumn::entries);
        OutcomeCounts total = {};
        for (int i = 0; i < outcome_count; ++i) total.count[i] = static_cast<std::int64_t>(sums[i]);
        total.attempts = static_cast<std::int64_t>(sums[CountColumn::attempts]);
        total.quasi = static_cast<std::int64_t>(sums[CountColumn::quasi]);
        return total;
    }

private:
    gpu::DeviceBuffer<DeviceCount> sums_;
};

}  // namespace modecollapse
