// The CUDA runtime's calls over machine.hpp: everything in order, an error kept until it is asked for. Each thread has one stream
// and errors of its own; no other stream is served. There is one device, or as many as CUDA_ON_CPU_DEVICES says; all are the same
// memory. What is given back to the pool is free for others once its stream has been waited for.
#include <cuda_runtime.h>
#include <curand_kernel.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "modecollapse/random/random123_words.hpp"

namespace {

constexpr std::size_t memory_bytes = std::size_t{4} << 30;
thread_local cudaError_t last = cudaSuccess;
thread_local std::string failure;   // of the first kernel that failed since the last synchronization
thread_local std::string reported;  // the text of the last failure

cudaError_t kept(cudaError_t error) {
    if (error != cudaSuccess) last = error;
    return error;
}

int device_count() {
    const char* const asked = std::getenv("CUDA_ON_CPU_DEVICES");
    return asked ? std::atoi(asked) : 1;
}
thread_local int current_device = 0;

std::atomic<std::size_t> held{0};  // bytes of all allocations, and of the pool
// What this thread's stream has given back to the pool since it was waited for.
struct GivenToPool {
    std::size_t bytes = 0;
    void settle() { held -= std::exchange(bytes, 0); }
    ~GivenToPool() { settle(); }
};
thread_local GivenToPool given_to_pool;

bool served(cudaStream_t stream) { return stream == cudaStreamPerThread; }

}  // namespace

struct GraphOnCpu {
    std::vector<std::function<cudaError_t()>> works;
};

namespace {

thread_local cudaGraph_t recorded = nullptr;  // by the thread's stream

}  // namespace

const char* cudaGetErrorName(cudaError_t error) {
    constexpr const char* names[] = {"cudaSuccess",
                                     "cudaErrorInvalidValue",
                                     "cudaErrorMemoryAllocation",
                                     "cudaErrorInvalidDevice",
                                     "cudaErrorLaunchFailure",
                                     "cudaErrorStreamCaptureUnsupported",
                                     "cudaErrorInsufficientDriver"};
    return names[error];
}
const char* cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorLaunchFailure ? reported.c_str()
           : error == cudaSuccess          ? "no error"
                                           : "refused by the device made of the CPU";
}
cudaError_t cudaGetLastError() {
    const cudaError_t error = last;
    last = cudaSuccess;
    return error;
}
cudaError_t cudaGetDeviceCount(int* count) {
    *count = device_count();
    return *count > 0 ? cudaSuccess : kept(cudaErrorInsufficientDriver);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    if (device_count() == 0) return kept(cudaErrorInsufficientDriver);
    if (device < 0 || device >= device_count()) return kept(cudaErrorInvalidDevice);
    *properties = {"one thread of the CPU", memory_bytes, 9, 0, 2};
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
    cudaDeviceProp properties;
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, device)) return error;
    *value = attribute == cudaDevAttrMultiProcessorCount           ? properties.multiProcessorCount
             : attribute == cudaDevAttrMaxThreadsPerMultiProcessor ? 2048
                                                                   : 1;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    if (device < 0 || device >= device_count()) return kept(cudaErrorInvalidDevice);
    current_device = device;
    return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
    *device = current_device;
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
    *total_bytes = memory_bytes;
    *free_bytes = held < memory_bytes ? memory_bytes - held : 0;
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
    if (recorded) return kept(cudaErrorStreamCaptureUnsupported);
    *memory = modecollapse::cuda_on_cpu::allocate(bytes);
    if (!*memory) return kept(cudaErrorMemoryAllocation);
    held += bytes;
    return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
    held -= modecollapse::cuda_on_cpu::release(memory);
    return cudaSuccess;
}
cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
    if (recorded) return kept(cudaErrorStreamCaptureUnsupported);
    if (!modecollapse::cuda_on_cpu::on_device(memory, bytes)) return kept(cudaErrorInvalidValue);
    const modecollapse::cuda_on_cpu::DeviceAccess access;
    std::memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    using modecollapse::cuda_on_cpu::on_device;
    if (recorded) return kept(cudaErrorStreamCaptureUnsupported);
    if (on_device(to, bytes) != (kind != cudaMemcpyDeviceToHost) ||
        on_device(from, bytes) != (kind != cudaMemcpyHostToDevice))
        return kept(cudaErrorInvalidValue);
    const modecollapse::cuda_on_cpu::DeviceAccess access;
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream) {
    return served(stream) ? cudaMalloc(memory, bytes) : kept(cudaErrorInvalidValue);
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
    if (!served(stream) || !memory) return kept(cudaErrorInvalidValue);
    given_to_pool.bytes += modecollapse::cuda_on_cpu::release(memory);
    return cudaSuccess;
}
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device) {
    *pool = nullptr;
    return device >= 0 && device < device_count() ? cudaSuccess : kept(cudaErrorInvalidDevice);
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
    return value ? cudaSuccess : kept(cudaErrorInvalidValue);
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
    return served(stream) ? cudaMemset(memory, value, bytes) : kept(cudaErrorInvalidValue);
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
    return served(stream) ? cudaMemcpy(to, from, bytes, kind) : kept(cudaErrorInvalidValue);
}

// A kernel has ended when its launch returns; what it did wrong is reported here, as a device does.
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (!served(stream)) return kept(cudaErrorInvalidValue);
    if (recorded) return kept(cudaErrorStreamCaptureUnsupported);
    given_to_pool.settle();
    if (failure.empty()) return cudaSuccess;
    reported = failure;
    failure.clear();
    return kept(cudaErrorLaunchFailure);
}

// A graph is what launches and products left; nothing else can be recorded here.
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
    if (!served(stream) || recorded || mode != cudaStreamCaptureModeThreadLocal) return kept(cudaErrorInvalidValue);
    recorded = new GraphOnCpu;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    if (!served(stream) || !recorded) return kept(cudaErrorInvalidValue);
    *graph = std::exchange(recorded, nullptr);
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* program, cudaGraph_t graph, unsigned long long) {
    *program = new GraphOnCpu(*graph);
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t program, cudaStream_t stream) {
    if (!served(stream) || recorded) return kept(cudaErrorInvalidValue);
    for (const auto& work : program->works)
        if (const cudaError_t error = work(); error != cudaSuccess) return kept(error);
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t program) { return cudaGraphDestroy(program); }

uint4 curand_Philox4x32_10(uint4 counter, uint2 key) {
    const auto word = [](unsigned int low, unsigned int high) { return std::uint64_t{high} << 32 | low; };
    const modecollapse::Words words = modecollapse::Random123Words{}(
        word(key.x, key.y), modecollapse::Counter{word(counter.x, counter.y), word(counter.z, counter.w)});
    return {words.value[0], words.value[1], words.value[2], words.value[3]};
}

namespace modecollapse::cuda_on_cpu {

cudaError_t launch(const cudaLaunchConfig_t& config, const std::function<void()>& thread, const Argument* arguments,
                   std::size_t count) {
    if (config.gridDim.x == 0 || config.dynamicSmemBytes != 0 || !served(config.stream))
        return kept(cudaErrorInvalidValue);
    const std::string wrong = run_grid(config.gridDim.x, config.blockDim.x, thread, arguments, count);
    if (failure.empty()) failure = wrong;
    return cudaSuccess;
}

cudaError_t in_stream(std::function<cudaError_t()> work) {
    if (!recorded) return work();
    recorded->works.push_back(std::move(work));
    return cudaSuccess;
}

}  // namespace modecollapse::cuda_on_cpu
