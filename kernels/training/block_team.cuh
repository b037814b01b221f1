// The threads of a CUDA block as a team (block_layers.hpp).
#pragma once

#include <cuda_runtime.h>

namespace modecollapse {

struct BlockTeam {
    __device__ __forceinline__ int index() const { return static_cast<int>(threadIdx.x); }
    __device__ __forceinline__ int size() const { return static_cast<int>(blockDim.x); }
    __device__ __forceinline__ void sync() const { __syncthreads(); }
    __device__ __forceinline__ double* number() const {
        __shared__ double one;
        return &one;
    }
};

}  // namespace modecollapse
