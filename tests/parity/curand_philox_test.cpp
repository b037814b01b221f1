// Proves: the words that the kernels draw (kernels/device/curand.cuh) are Random123's, with cuRAND's own source
// compiled for the CPU. Needs the CUDA toolkit but no GPU; curand_words_test.cpp asks the same of a device.
#define QUALIFIERS \
    static inline  // what cuRAND's header puts in front of its functions; __device__ unless defined before
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstring>

#include "kernels/device/curand.cuh"
#include "tests/parity/random123_reference.hpp"

namespace modecollapse {
namespace {

TEST(CurandPhilox, WordsAreThoseOfRandom123) {
    for (const std::uint64_t seed : {0ull, 7ull, 0xffffffffull, 1ull << 32, ~0ull})
        for (const std::uint64_t purpose : {0ull, 1ull, (1ull << 14) - 1})
            for (const std::uint64_t block : {0ull, 1ull, 0xffffffffull, (1ull << 48) - 1})
                for (const std::uint64_t trajectory :
                     {0ull, 1ull, 0xffffffffull, 1ull << 32, (1ull << 40) + 3, ~0ull}) {
                    const Counter counter = counter_of(static_cast<Purpose>(purpose), block, trajectory);
                    const Words expected = random123_words(seed, counter), other = random123_words(seed + 1, counter);
                    const Words by_state = CurandWords{}(seed, counter), by_block = PhiloxWords{}(seed, counter);
                    EXPECT_EQ(std::memcmp(&by_state, &expected, sizeof expected), 0)
                        << seed << ' ' << counter.draw << ' ' << trajectory;
                    EXPECT_EQ(std::memcmp(&by_block, &expected, sizeof expected), 0)
                        << seed << ' ' << counter.draw << ' ' << trajectory;
                    EXPECT_NE(std::memcmp(&by_state, &other, sizeof other), 0);  // twin: another seed
                }
}

}  // namespace
}  // namespace modecollapse
