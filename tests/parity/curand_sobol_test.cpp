// Proves: our Sobol points are cuRAND's. The direction numbers are those that cuRAND's library hands out, and cuRAND's
// own scrambled generator, given our scrambled direction numbers and shift, gives our points. Needs the CUDA toolkit
// but no GPU: the generator's source is compiled for the CPU.
#define QUALIFIERS \
    static inline  // what cuRAND's header puts in front of its functions; __device__ unless defined before
#include <cuda_runtime.h>
#include <curand.h>
#include <curand_kernel.h>
#include <gtest/gtest.h>

#include "host/starts/sobol_sequence.hpp"

namespace modecollapse {
namespace {

TEST(CurandSobol, HandsOutTheSameDirectionNumbers) {
    curandDirectionVectors64_t* theirs = nullptr;
    ASSERT_EQ(curandGetDirectionVectors64(&theirs, CURAND_DIRECTION_VECTORS_64_JOEKUO6), CURAND_STATUS_SUCCESS);
    const DirectionNumbers ours = joe_kuo_direction_numbers();
    for (int j = 0; j < sobol_dimensions; ++j)
        for (int k = 0; k < sobol_bits; ++k)
            EXPECT_EQ(theirs[j][k], ours[j][k]) << "dimension " << j << ", number " << k;
    EXPECT_NE(theirs[3][5], ours[2][5]);  // twin: the next dimension
}

TEST(CurandSobol, GeneratesTheSamePoints) {
    for (const std::uint64_t replicate : {0ull, 3ull, 1023ull}) {
        const SobolSequence sequence(7, replicate), twin(8, replicate);
        for (int j = 0; j < sobol_dimensions; ++j)
            for (const unsigned long long offset : {0ull, 5ull, 1000000ull, 1ull << 40}) {
                curandDirectionVectors64_t directions;
                for (int k = 0; k < sobol_bits; ++k) directions[k] = sequence.directions()[j][k];
                curandStateScrambledSobol64 state;
                curand_init(directions, sequence.shift()[j], offset, &state);
                for (std::uint64_t i = 0; i < 200; ++i) {
                    const unsigned long long word = curand(&state);
                    EXPECT_EQ(word, sequence(offset + i)[j]);
                    EXPECT_NE(word, twin(offset + i)[j]);
                }
            }
    }
}

}  // namespace
}  // namespace modecollapse
