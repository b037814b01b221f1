// Philox words on the CPU, by Random123. Same words as cuRAND: see streams.hpp.
#pragma once

#include <Random123/philox.h>

#include "modecollapse/random/streams.hpp"

namespace modecollapse {

struct Random123Words {
    [[gnu::always_inline]] inline Words operator()(std::uint64_t seed, Counter counter) const {
        const philox4x32_ctr_t in = {
            {static_cast<std::uint32_t>(counter.draw), static_cast<std::uint32_t>(counter.draw >> 32),
             static_cast<std::uint32_t>(counter.trajectory), static_cast<std::uint32_t>(counter.trajectory >> 32)}};
        const philox4x32_key_t key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
        const philox4x32_ctr_t out = philox4x32_R(10, in, key);
        return {{out.v[0], out.v[1], out.v[2], out.v[3]}};
    }
};

}  // namespace modecollapse
