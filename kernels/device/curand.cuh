// Philox words on the GPU, by cuRAND: the same words as Random123Words (see random/streams.hpp), and as there no state
// is kept.
//
//   curand_init(seed, trajectory, 4 * draw);  curand4()        one block of four words
//
// cuRAND counts its offset in words, hence 4 * draw.
//
// cuRAND's offset has 64 bits, so draw must stay below 2^62: purposes up to 2^14 - 1.
#pragma once

#include <curand_kernel.h>

#include "modecollapse/random/streams.hpp"

namespace modecollapse {

struct CurandWords {
    __device__ __forceinline__ Words operator()(std::uint64_t seed, Counter counter) const {
        curandStatePhilox4_32_10_t state;
        curand_init(seed, counter.trajectory, 4 * counter.draw, &state);
        const uint4 out = curand4(&state);
        return {{out.x, out.y, out.z, out.w}};
    }
};

// The same words without a generator state: cuRAND's block function at the counter itself. curand_init() evaluates it
// once on its own, so this is half the work where blocks are drawn one after the other.
struct PhiloxWords {
    __device__ __forceinline__ Words operator()(std::uint64_t seed, Counter counter) const {
        const uint4 at = make_uint4(
            static_cast<unsigned int>(counter.draw), static_cast<unsigned int>(counter.draw >> 32),
            static_cast<unsigned int>(counter.trajectory), static_cast<unsigned int>(counter.trajectory >> 32));
        const uint2 key = make_uint2(static_cast<unsigned int>(seed), static_cast<unsigned int>(seed >> 32));
        const uint4 out = curand_Philox4x32_10(at, key);
        return {{out.x, out.y, out.z, out.w}};
    }
};

}  // namespace modecollapse
