// Philox words on the GPU, by cuRAND: the same words as Random123Words (see random_stream.hpp), and as there no state is kept.
//
//   curand_init(seed, trajectory, 4 * draw);  curand4()        one block of four words; cuRAND counts its offset in words, hence 4 * draw
//
// cuRAND's offset has 64 bits, so draw must stay below 2^62: purposes up to 2^14 - 1.
#pragma once

#include <curand_kernel.h>

#include "modecollapse/random_stream.hpp"

namespace modecollapse {

struct CurandWords {
    __device__ __forceinline__ Words operator()(std::uint64_t seed, Counter counter) const {
        curandStatePhilox4_32_10_t state;
        curand_init(seed, counter.trajectory, 4 * counter.draw, &state);
        const uint4 out = curand4(&state);
        return {{out.x, out.y, out.z, out.w}};
    }
};

}  // namespace modecollapse
