// Everything of the CUDA runtime that the ensembles share: error check, device memory, launch. The only launch of the
// project.
//
// Every failure becomes a std::runtime_error "function: call: CUDA's name (CUDA's text)". Memory is owned by
// DeviceBuffer, so an exception leaves nothing behind. All work of a thread goes to the stream that the runtime keeps for
// it, so that several workers share a device without waiting for each other.
#pragma once

#include <cuda_runtime.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace modecollapse::gpu {

inline void check(cudaError_t status, const char* function, const char* call) {
    if (status == cudaSuccess) return;
    // the runtime keeps the error of a failed call: do not let a later launch report it a second time
    cudaGetLastError();
    throw std::runtime_error(std::string(function) + ": " + call + ": " + cudaGetErrorName(status) + " (" +
                             cudaGetErrorString(status) + ")");
}
#define MC_CUDA_CHECK(call) ::modecollapse::gpu::check((call), __func__, #call)

// The calling thread's own.
inline cudaStream_t stream() { return cudaStreamPerThread; }

// Whether buffers of the calling thread come from the current device's pool, which gives memory out and takes it back in
// the order of the stream: cudaFree() would wait for all that the device computes, of other workers too.
inline thread_local bool pooled = false;

// Makes `device` the calling thread's. What its pool has once taken it keeps, up to 1 GiB: the workspace of the next run.
inline void use_device(int device) {
    MC_CUDA_CHECK(cudaSetDevice(device));
    int has_pool = 0;
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&has_pool, cudaDevAttrMemoryPoolsSupported, device));
    pooled = has_pool != 0;
    if (!pooled) return;
    cudaMemPool_t pool = nullptr;
    MC_CUDA_CHECK(cudaDeviceGetDefaultMemPool(&pool, device));
    std::uint64_t kept = std::uint64_t{1} << 30;
    MC_CUDA_CHECK(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &kept));
}

// What the runs of this process share on a device.
struct DeviceUse {
    std::mutex
        free_memory;  // held by a run that takes a share of what memory is free: two at once would each count on the same
    std::size_t local_memory = 0;          // bytes that the driver keeps for local memory, at least; with the mutex
    std::atomic<unsigned int> running{0};  // ensembles of the flow
};
inline DeviceUse& use_of(int device) {
    static std::mutex one_at_a_time;
    static std::map<int, DeviceUse> devices;
    const std::lock_guard<std::mutex> alone(one_at_a_time);
    return devices[device];
}

// Of the current device. What earlier runs gave back the pool holds until the stream is waited for.
inline std::size_t free_bytes() {
    std::size_t free_now = 0, total = 0;
    MC_CUDA_CHECK(cudaStreamSynchronize(stream()));
    MC_CUDA_CHECK(cudaMemGetInfo(&free_now, &total));
    return free_now;
}

// Bytes that the driver takes for a kernel's local memory on the current device: for every thread that its multiprocessors could
// hold, however few the grid has, and it never gives them back.
template <class... Parameters>
std::size_t local_memory_of(void (*kernel)(Parameters...)) {
    cudaFuncAttributes attributes = {};
    int device = 0, multiprocessors = 0, threads = 0;
    MC_CUDA_CHECK(cudaFuncGetAttributes(&attributes, kernel));
    MC_CUDA_CHECK(cudaGetDevice(&device));
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device));
    MC_CUDA_CHECK(cudaDeviceGetAttribute(&threads, cudaDevAttrMaxThreadsPerMultiProcessor, device));
    return attributes.localSizeBytes * static_cast<std::size_t>(multiprocessors) * static_cast<std::size_t>(threads);
}

// Waits until the copy is done.
inline void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    if (bytes == 0) return;
    MC_CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream()));
    MC_CUDA_CHECK(cudaStreamSynchronize(stream()));
}

// Device memory for `size` objects, uninitialized. Size 0 is allowed and has the address null.
template <class T>
class DeviceBuffer {
    static_assert(std::is_trivially_copyable_v<T>, "device memory is copied as bytes");

public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t size) : size_(size), pooled_(pooled) {
        const std::size_t bytes = size * sizeof(T);
        if (size > 0)
            check(pooled_ ? cudaMallocAsync(&data_, bytes, stream()) : cudaMalloc(&data_, bytes), "DeviceBuffer",
                  ("cudaMalloc of " + std::to_string(bytes) + " bytes").c_str());
    }
    DeviceBuffer(DeviceBuffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), pooled_(other.pooled_) {}
    DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(pooled_, other.pooled_);
        return *this;
    }
    // In the thread that made it. An error cannot be thrown from here, and the next call reports it.
    ~DeviceBuffer() {
        if (!data_) return;
        if (pooled_)
            cudaFreeAsync(data_, stream());
        else
            cudaFree(data_);
    }

    T* data() const { return data_; }
    std::size_t size() const { return size_; }

    void set_to_zero() {
        if (size_ > 0) MC_CUDA_CHECK(cudaMemsetAsync(data_, 0, size_ * sizeof(T), stream()));
    }
    // `count` objects from the host, and from object `first` on to the host. Both wait until the copy is done.
    void upload(const T* host, std::size_t count) {
        require_room(count);
        copy(data_, host, count * sizeof(T), cudaMemcpyHostToDevice);
    }
    void download(T* host, std::size_t count, std::size_t first = 0) const {
        require_room(first + count);
        copy(host, data_ + first, count * sizeof(T), cudaMemcpyDeviceToHost);
    }

private:
    void require_room(std::size_t count) const {
        if (count > size_)
            throw std::runtime_error("DeviceBuffer: copy of " + std::to_string(count) + " objects, room for " +
                                     std::to_string(size_));
    }

    T* data_ = nullptr;
    std::size_t size_ = 0;
    bool pooled_ = false;
};

inline std::uint64_t ceiling_of_quotient(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

struct Grid {
    unsigned int blocks;
    unsigned int threads;  // a block
};

// Blocks of `threads` threads, each of which works on `items_per_block` of the `items`.
inline Grid grid_for(std::uint64_t items, std::uint64_t items_per_block, unsigned int threads) {
    const std::uint64_t blocks = ceiling_of_quotient(items, items_per_block);
    if (blocks > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
        throw std::runtime_error("grid_for: " + std::to_string(blocks) + " blocks (allowed: up to 2^31 - 1)");
    return {static_cast<unsigned int>(blocks), threads};
}

// Starts a kernel without waiting for it; an error inside it is reported by the next wait(). An empty grid runs
// nothing.
template <class... Parameters, class... Arguments>
void enqueue(const char* name, Grid grid, void (*kernel)(Parameters...), const Arguments&... arguments) {
    static_assert((std::is_trivially_copyable_v<Parameters> && ...), "a kernel's parameters are copied as bytes");
    static_assert((sizeof(Parameters) + ... + 0) + 8 * sizeof...(Parameters) <= 32764,
                  "a kernel takes no more parameters");
    if (grid.blocks == 0) return;
    cudaLaunchConfig_t config = {};
    config.gridDim.x = grid.blocks;
    config.blockDim.x = grid.threads;
    config.stream = stream();
    check(cudaLaunchKernelEx(&config, kernel, arguments...), name, "launch");
}

inline void wait(const char* name) { check(cudaStreamSynchronize(stream()), name, "run"); }

// Runs a kernel and waits for its end, so that an error inside the kernel is reported under the kernel's name.
template <class... Parameters, class... Arguments>
void launch(const char* name, Grid grid, void (*kernel)(Parameters...), const Arguments&... arguments) {
    enqueue(name, grid, kernel, arguments...);
    if (grid.blocks > 0) wait(name);
}

// What `work` enqueues, recorded instead of being run, and then run as often as wanted by one call each: every launch costs
// the host microseconds. Work that waits, copies or allocates cannot be recorded.
class Recording {
public:
    Recording() = default;
    template <class Work>
    Recording(const char* name, const Work& work) : name_(name) {
        check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), name, "cudaStreamBeginCapture");
        cudaGraph_t graph = nullptr;
        try {
            work();
        } catch (...) {
            cudaStreamEndCapture(stream(), &graph);
            if (graph) cudaGraphDestroy(graph);
            cudaGetLastError();
            throw;
        }
        check(cudaStreamEndCapture(stream(), &graph), name, "cudaStreamEndCapture");
        const cudaError_t made = cudaGraphInstantiate(&program_, graph, 0);
        cudaGraphDestroy(graph);
        check(made, name, "cudaGraphInstantiate");
    }
    Recording(Recording&& other) noexcept : name_(other.name_), program_(std::exchange(other.program_, nullptr)) {}
    Recording& operator=(Recording&& other) noexcept {
        std::swap(name_, other.name_);
        std::swap(program_, other.program_);
        return *this;
    }
    ~Recording() {
        if (program_) cudaGraphExecDestroy(program_);
    }

    bool is_empty() const { return !program_; }
    void run() const { check(cudaGraphLaunch(program_, stream()), name_, "cudaGraphLaunch"); }

private:
    const char* name_ = "";
    cudaGraphExec_t program_ = nullptr;
};

// Cuts a run of many steps into launches of about a tenth of a second, so that a stop is served in between and no
// driver of a display kills one. What is computed must not depend on the cuts.
class LaunchLength {
public:
    // launch(steps), of at most `most` steps; returns how many it made.
    template <class Launch>
    std::uint64_t operator()(std::uint64_t most, const Launch& launch) {
        const std::uint64_t steps = most < steps_ ? most : steps_;
        const auto started = std::chrono::steady_clock::now();
        launch(steps);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        if (seconds < launch_seconds / 2 && steps == steps_) steps_ *= 2;
        if (seconds > launch_seconds * 2 && steps_ > 1) steps_ /= 2;
        return steps;
    }

private:
    static constexpr double launch_seconds = 0.1;
    std::uint64_t steps_ = 1;
};

}  // namespace modecollapse::gpu
