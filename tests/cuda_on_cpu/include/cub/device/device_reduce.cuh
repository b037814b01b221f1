// Stands in the place of CUB's header where the tests run kernels on the CPU.
#pragma once

#include <cuda_runtime.h>

namespace cub {

struct DeviceReduce {
    template <class In, class Out>
    static cudaError_t Sum(void* scratch, std::size_t& scratch_bytes, In values, Out sum, int count) {
        using modecollapse::cuda_on_cpu::on_device;
        if (scratch == nullptr) {
            scratch_bytes = 1;
            return cudaSuccess;
        }
        if (!on_device(scratch, scratch_bytes) ||
            !on_device(values, static_cast<std::size_t>(count) * sizeof *values) || !on_device(sum, sizeof *sum))
            return cudaErrorInvalidValue;
        const modecollapse::cuda_on_cpu::DeviceAccess access;
        *sum = 0;
        for (int i = 0; i < count; ++i) *sum += values[i];
        return cudaSuccess;
    }
};

}  // namespace cub
