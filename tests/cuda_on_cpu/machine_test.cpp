// Proves that the device made of the CPU finds the mistakes that it is there for: every test is a kernel that is wrong
// in one way, beside one that is right.
#include <gtest/gtest.h>

#include <numeric>

#include "kernels/device/launch.cuh"

namespace modecollapse {
namespace {

constexpr unsigned int threads = 128;

// Sums of pairs of neighbours: wrong without the barrier between writing and reading.
template <bool with_barrier>
__global__ void neighbour_kernel(int* out) {
    __shared__ int values[threads];
    values[threadIdx.x] = static_cast<int>(blockIdx.x * threads + threadIdx.x);
    if constexpr (with_barrier) __syncthreads();
    out[blockIdx.x * threads + threadIdx.x] = values[threadIdx.x] + values[(threadIdx.x + 1) % threads];
    __syncthreads();
}

std::vector<int> neighbours(void (*kernel)(int*)) {
    constexpr unsigned int blocks = 3;
    gpu::DeviceBuffer<int> out(blocks * threads);
    gpu::launch("neighbour_kernel", {blocks, threads}, kernel, out.data());
    std::vector<int> result(out.size());
    out.download(result.data(), result.size());
    return result;
}

TEST(CudaOnCpu, AMissingBarrierShows) {
    std::vector<int> expected;
    for (unsigned int block = 0; block < 3; ++block)
        for (unsigned int i = 0; i < threads; ++i)
            expected.push_back(static_cast<int>(2 * block * threads + i + (i + 1) % threads));
    EXPECT_EQ(neighbours(neighbour_kernel<true>), expected);
    EXPECT_NE(neighbours(neighbour_kernel<false>), expected);
}

__global__ void vote_kernel(unsigned int* votes, double* sums) {
    const unsigned int vote = __ballot_sync(0xffffffffu, threadIdx.x % 3 == 0);
    if (threadIdx.x % 32 == 0) votes[threadIdx.x / 32] = vote;
    double sum = threadIdx.x;
    for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    sums[threadIdx.x] = sum + __shfl_sync(0xffffffffu, static_cast<double>(threadIdx.x), 5);
}

TEST(CudaOnCpu, WarpsVoteAndShuffle) {
    gpu::DeviceBuffer<unsigned int> votes(threads / 32);
    gpu::DeviceBuffer<double> sums(threads);
    gpu::launch("vote_kernel", {1, threads}, vote_kernel, votes.data(), sums.data());
    std::vector<unsigned int> voted(votes.size());
    std::vector<double> summed(sums.size());
    votes.download(voted.data(), voted.size());
    sums.download(summed.data(), summed.size());
    EXPECT_EQ(voted, (std::vector<unsigned int>{0x49249249u, 0x92492492u, 0x24924924u, 0x49249249u}));
    for (unsigned int i = 0; i < threads; ++i)
        EXPECT_EQ(summed[i], 496.0 + 1024.0 * (i / 32) + 5.0 + 32.0 * (i / 32)) << i;
}

__global__ void barrier_of_some_kernel(unsigned int reached_by) {
    if (threadIdx.x < reached_by) __syncthreads();
}
__global__ void vote_of_some_kernel(unsigned int reached_by) {
    if (threadIdx.x < reached_by) __any_sync(0xffffffffu, 1);
}

std::string failure_of(void (*kernel)(unsigned int), unsigned int reached_by) {
    try {
        gpu::launch("kernel", {2, threads}, kernel, reached_by);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

TEST(CudaOnCpu, ThreadsThatNeverArriveAreReported) {
    EXPECT_EQ(failure_of(barrier_of_some_kernel, threads), "");
    EXPECT_EQ(failure_of(vote_of_some_kernel, 64), "");
    EXPECT_NE(failure_of(barrier_of_some_kernel, 100)
                  .find("100 wait at __syncthreads, 0 in a warp's operation (), 28 have ended"),
              std::string::npos);
    EXPECT_NE(failure_of(vote_of_some_kernel, 50).find("18 in a warp's operation (__ballot_sync), 110 have ended"),
              std::string::npos);
    EXPECT_EQ(failure_of(barrier_of_some_kernel, threads), "");  // and the device goes on
}

struct Task {
    double scale;
    const double* values;
};
__global__ void scale_kernel(Task task, double* out) { out[threadIdx.x] = task.scale * task.values[threadIdx.x]; }

TEST(CudaOnCpu, AnAddressOfTheHostIsReported) {
    std::vector<double> values(threads, 3.0);
    gpu::DeviceBuffer<double> copy(threads), out(threads);
    copy.upload(values.data(), threads);
    gpu::launch("scale_kernel", {1, threads}, scale_kernel, Task{2.0, copy.data()}, out.data());
    std::vector<double> result(threads);
    out.download(result.data(), threads);
    EXPECT_EQ(result, std::vector<double>(threads, 6.0));
    try {
        gpu::launch("scale_kernel", {1, threads}, scale_kernel, Task{2.0, values.data()}, out.data());
        FAIL() << "accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("argument 0 holds an address of host memory at byte 8"),
                  std::string::npos)
            << error.what();
    }
    EXPECT_THROW(gpu::check(cudaMemcpy(out.data(), copy.data(), 8, cudaMemcpyHostToDevice), "test", "cudaMemcpy"),
                 std::runtime_error);
    EXPECT_THROW(gpu::check(cudaMemcpy(result.data(), out.data() + threads - 1, 16, cudaMemcpyDeviceToHost), "test",
                            "cudaMemcpy"),
                 std::runtime_error);
}

__global__ void count_kernel(int* count) {
    if (threadIdx.x == 0) ++*count;
}

TEST(CudaOnCpu, MemoryGivenBackCountsAsFree) {
    constexpr std::size_t bytes = 1 << 20;
    gpu::use_device(0);
    const auto unsettled = [] {
        std::size_t free_now = 0, total = 0;
        MC_CUDA_CHECK(cudaMemGetInfo(&free_now, &total));
        return free_now;
    };
    const std::size_t before = gpu::free_bytes();
    gpu::DeviceBuffer<char> buffer(bytes);
    EXPECT_EQ(gpu::free_bytes(), before - bytes);
    buffer = {};
    EXPECT_EQ(unsettled(), before - bytes);
    EXPECT_EQ(gpu::free_bytes(), before);
}

TEST(CudaOnCpu, WhatRunsShareBelongsToADevice) {
    EXPECT_EQ(&gpu::use_of(0), &gpu::use_of(0));
    EXPECT_NE(&gpu::use_of(0), &gpu::use_of(1));
    EXPECT_EQ(gpu::local_memory_of(neighbour_kernel<true>), std::size_t{1024} * 2 * 2048);
}

TEST(CudaOnCpu, WorkIsRecordedOnceAndRunOften) {
    gpu::DeviceBuffer<int> count(1);
    count.set_to_zero();
    const auto counted = [&] {
        int value = -1;
        count.download(&value, 1);
        return value;
    };
    const auto work = [&] { gpu::enqueue("count_kernel", {1, 32}, count_kernel, count.data()); };
    const gpu::Recording recording("counts", work);
    EXPECT_EQ(counted(), 0);
    for (int i = 0; i < 3; ++i) recording.run();
    EXPECT_EQ(counted(), 3);
    // what a stream cannot record is refused, and nothing is left open
    EXPECT_THROW(gpu::Recording("waits", [&] { gpu::wait("counts"); }), std::runtime_error);
    EXPECT_THROW(gpu::Recording("allocates", [&] { gpu::DeviceBuffer<int> more(1); }), std::runtime_error);
    work();
    EXPECT_EQ(counted(), 4);
}

__global__ void write_kernel(double* out, unsigned int at) {
    if (threadIdx.x == 0) out[at] = 1.0;
}

TEST(CudaOnCpuDeathTest, DeviceMemoryIsGuarded) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    gpu::DeviceBuffer<double> out(32);  // 256 bytes: the guard page is next
    gpu::launch("write_kernel", {1, 32}, write_kernel, out.data(), 31u);
    EXPECT_DEATH(gpu::launch("write_kernel", {1, 32}, write_kernel, out.data(), 32u), "");
    EXPECT_DEATH(*static_cast<volatile double*>(out.data()) = 1.0, "");  // by the host
    double value = 0.0;
    out.download(&value, 1);
    EXPECT_LT(value, -1e50);  // fresh memory holds no zeros

    double* small = nullptr;  // shorter than what cudaMalloc rounds it up to
    ASSERT_EQ(cudaMalloc(&small, 8), cudaSuccess);
    gpu::launch("write_kernel", {1, 32}, write_kernel, small, 1u);
    EXPECT_THROW(cudaFree(small), std::logic_error);
}

}  // namespace
}  // namespace modecollapse
