// A CUDA device made of one CPU thread, on which the tests run the project's kernels where no GPU is at hand.
//
// The .cu files are compiled as C++ against the headers in include/, which stand in CUDA's place and lead here. A
// block's threads are fibers: each runs until it waits (__syncthreads, a warp vote, a shuffle) or ends. A warp runs to
// the block's next barrier before another begins, warps and their threads in an order that is drawn anew each time, so
// that a result that hangs on the order shows. One block after the other; a launch returns when its kernel has ended.
//
// What a launch reports (as a failure of the kernel, with the reason as the text of the error):
//   - a barrier or a vote that some threads of the block or warp never reach
//   - an argument that holds an address of host memory
// What ends the program by a segmentation fault: device memory touched by the host, or beyond an allocation's end (a
// guard page follows). Fresh device memory is filled with a pattern that reads as a large negative number, shared
// memory holds what the last block left.
//
// What this cannot show: registers and speed, anything of the memory model that needs two threads at the same moment,
// the arithmetic of cuRAND and cuBLAS themselves (here Random123 and Eigen).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace modecollapse::cuda_on_cpu {

// Device memory, as cudaMalloc and cudaFree give and take it. Freeing returns the bytes, and throws std::logic_error where the bytes between
// the end of an allocation and its guard page were written to.
void* allocate(std::size_t bytes);
std::size_t release(void* memory);
bool on_device(const void* first, std::size_t bytes);  // inside one allocation

// Lets the host read and write device memory while it lives.
class DeviceAccess {
public:
    DeviceAccess();
    ~DeviceAccess();
    DeviceAccess(const DeviceAccess&) = delete;
    DeviceAccess& operator=(const DeviceAccess&) = delete;
};

// One argument of a kernel, to be searched for host addresses.
struct Argument {
    const void* first;
    std::size_t bytes;
};

// Runs `thread` once for every thread of the grid. Returns what went wrong, or an empty text.
std::string run_grid(unsigned int blocks, unsigned int threads, const std::function<void()>& thread,
                     const Argument* arguments, std::size_t count);

// For a thread of a running kernel: waits for the block; gives and takes a value of every lane of the warp.
void wait_for_block();
const std::uint64_t* exchange_in_warp(unsigned int mask, const char* operation, std::uint64_t mine);

}  // namespace modecollapse::cuda_on_cpu
