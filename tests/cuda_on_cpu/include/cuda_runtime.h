// Stands in the place of CUDA's header where the tests run kernels on the CPU (machine.hpp): what the project uses of it, nothing more.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "tests/cuda_on_cpu/machine.hpp"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __shared__ static
#define __grid_constant__
#define __launch_bounds__(...)

struct dim3 {
    unsigned int x = 1, y = 1, z = 1;
};
struct uint2 {
    unsigned int x, y;
};
struct uint4 {
    unsigned int x, y, z, w;
};
inline uint2 make_uint2(unsigned int x, unsigned int y) { return {x, y}; }
inline uint4 make_uint4(unsigned int x, unsigned int y, unsigned int z, unsigned int w) { return {x, y, z, w}; }

inline dim3 threadIdx, blockIdx, blockDim, gridDim;

// The runtime's calls.
enum cudaError_t { cudaSuccess, cudaErrorInvalidValue, cudaErrorMemoryAllocation, cudaErrorInvalidDevice, cudaErrorLaunchFailure,
                   cudaErrorStreamCaptureUnsupported, cudaErrorInsufficientDriver };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount, cudaDevAttrMaxThreadsPerMultiProcessor, cudaDevAttrMemoryPoolsSupported };
using cudaStream_t = struct StreamOnCpu*;
inline const cudaStream_t cudaStreamPerThread = reinterpret_cast<cudaStream_t>(2);
enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal };
using cudaGraph_t = struct GraphOnCpu*;
using cudaGraphExec_t = struct GraphOnCpu*;
using cudaMemPool_t = struct MemoryPoolOnCpu*;
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold };
struct cudaDeviceProp {
    char name[256];
    std::size_t totalGlobalMem;
    int major, minor, multiProcessorCount;
};
struct cudaLaunchConfig_t {
    dim3 gridDim, blockDim;
    std::size_t dynamicSmemBytes = 0;
    cudaStream_t stream = nullptr;
};

const char* cudaGetErrorName(cudaError_t error);
const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
struct cudaFuncAttributes {
    std::size_t localSizeBytes;
};
template <class T>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, T*) {
    attributes->localSizeBytes = 1024;
    return cudaSuccess;
}
template <class T>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, T*, int, std::size_t) {
    *blocks = 3;
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes);
cudaError_t cudaMalloc(void** memory, std::size_t bytes);
template <class T>
cudaError_t cudaMalloc(T** memory, std::size_t bytes) {
    return cudaMalloc(reinterpret_cast<void**>(memory), bytes);
}
cudaError_t cudaFree(void* memory);
cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream);
template <class T>
cudaError_t cudaMallocAsync(T** memory, std::size_t bytes, cudaStream_t stream) {
    return cudaMallocAsync(reinterpret_cast<void**>(memory), bytes, stream);
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream);
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device);
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value);
cudaError_t cudaMemset(void* memory, int value, std::size_t bytes);
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream);
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* program, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t program, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t program);

namespace modecollapse::cuda_on_cpu {
cudaError_t launch(const cudaLaunchConfig_t& config, const std::function<void()>& thread, const Argument* arguments, std::size_t count);
// Runs what a stream was given; while the stream is recorded, keeps it for the graph.
cudaError_t in_stream(std::function<cudaError_t()> work);
}  // namespace modecollapse::cuda_on_cpu

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...), Arguments&&... arguments) {
    const std::tuple<Parameters...> values(static_cast<Parameters>(arguments)...);
    // Padding may hold parts of old addresses. It is cleared in a copy: in arrays of structures GCC 12 clears some members too.
    std::tuple<Parameters...> searched_values = values;
    const auto bytes_of = [](auto&... value) {
        (__builtin_clear_padding(&value), ...);
        return std::array<modecollapse::cuda_on_cpu::Argument, sizeof...(value)>{{{&value, sizeof value}...}};
    };
    return modecollapse::cuda_on_cpu::in_stream([config = *config, kernel, values, searched_values, bytes_of]() mutable {
        const auto searched = std::apply(bytes_of, searched_values);
        return modecollapse::cuda_on_cpu::launch(
            config, [&] { std::apply(kernel, values); }, searched.data(), searched.size());
    });
}

// What a thread of a kernel may call.
inline void __syncthreads() { modecollapse::cuda_on_cpu::wait_for_block(); }

inline int __popc(unsigned int x) { return __builtin_popcount(x); }
template <class Integer>
Integer atomicAdd(Integer* address, std::common_type_t<Integer> value) {
    const Integer old = *address;
    *address += value;
    return old;
}

inline unsigned int __ballot_sync(unsigned int mask, int predicate) {
    const std::uint64_t* lanes = modecollapse::cuda_on_cpu::exchange_in_warp(mask, "__ballot_sync", predicate != 0 ? 1 : 0);
    unsigned int votes = 0;
    for (int i = 0; i < 32; ++i) votes |= static_cast<unsigned int>(lanes[i]) << i;
    return votes;
}
inline int __any_sync(unsigned int mask, int predicate) { return __ballot_sync(mask, predicate) != 0 ? 1 : 0; }

inline void __syncwarp() { modecollapse::cuda_on_cpu::exchange_in_warp(0xffffffffu, "__syncwarp", 0); }

template <class T>
T __shfl_sync(unsigned int mask, T value, int lane) {
    static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "a shuffle moves a number");
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    const std::uint64_t* lanes = modecollapse::cuda_on_cpu::exchange_in_warp(mask, "a shuffle", bits);
    std::memcpy(&value, &lanes[lane % 32], sizeof value);
    return value;
}
template <class T>
T __shfl_xor_sync(unsigned int mask, T value, int lanes) {
    return __shfl_sync(mask, value, static_cast<int>(threadIdx.x % 32) ^ lanes);
}
