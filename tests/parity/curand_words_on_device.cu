#include "tests/parity/curand_words_on_device.hpp"

#include "kernels/device/curand.cuh"
#include "kernels/device/launch.cuh"

namespace modecollapse {
namespace {

constexpr unsigned int block_threads = 64;

// One thread a block of words; arrays of `count`.
__global__ void words_kernel(const std::uint64_t* seeds, const Counter* counters, Words* words, std::size_t count) {
    const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < count) words[i] = CurandWords{}(seeds[i], counters[i]);
}

}  // namespace

std::vector<Words> curand_words_on_device(const std::vector<std::uint64_t>& seeds,
                                          const std::vector<Counter>& counters) {
    const std::size_t count = seeds.size();
    gpu::DeviceBuffer<std::uint64_t> device_seeds(count);
    gpu::DeviceBuffer<Counter> device_counters(count);
    gpu::DeviceBuffer<Words> device_words(count);
    device_seeds.upload(seeds.data(), count);
    device_counters.upload(counters.data(), count);
    gpu::launch("words_kernel", gpu::grid_for(count, block_threads, block_threads), words_kernel, device_seeds.data(),
                device_counters.data(), device_words.data(), count);
    std::vector<Words> words(count);
    device_words.download(words.data(), count);
    return words;
}

}  // namespace modecollapse
