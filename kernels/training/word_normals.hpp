// Standard normals one at a time, on the host.
#pragma once

#include "kernels/training/normals_of_words.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {

// Normal k of those from block `first` on.
inline double word_normal(std::uint64_t seed, std::uint64_t member, Purpose purpose, std::uint64_t first,
                          std::uint64_t k) {
    return normals_of_words(Random123Words()(seed, counter_of(purpose, first + k / 4, member))).value[k % 4];
}

}  // namespace modecollapse
