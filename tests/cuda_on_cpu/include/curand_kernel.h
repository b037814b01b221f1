// Stands in the place of cuRAND's header where the tests run kernels on the CPU: the same words, by Random123.
#pragma once

#include <cuda_runtime.h>

struct curandStatePhilox4_32_10_t {
    uint4 counter;
    uint2 key;
};

uint4 curand_Philox4x32_10(uint4 counter, uint2 key);

// offset: in words, a multiple of four.
inline void curand_init(unsigned long long seed, unsigned long long sequence, unsigned long long offset, curandStatePhilox4_32_10_t* state) {
    const unsigned long long block = offset / 4;
    state->counter = make_uint4(static_cast<unsigned int>(block), static_cast<unsigned int>(block >> 32), static_cast<unsigned int>(sequence),
                                static_cast<unsigned int>(sequence >> 32));
    state->key = make_uint2(static_cast<unsigned int>(seed), static_cast<unsigned int>(seed >> 32));
}
inline uint4 curand4(curandStatePhilox4_32_10_t* state) { return curand_Philox4x32_10(state->counter, state->key); }
