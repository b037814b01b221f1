// Four standard normals of one block of words, one at a time: PanelNormals (panel_normals.hpp) draws the same in lanes.
#pragma once

#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

[[gnu::always_inline]] inline NormalBlock<double> normals_of_words(const Words& w) {
    return normals_of_uniforms(uniform_32(w.value[0]), uniform_32(w.value[1]), uniform_32(w.value[2]),
                               uniform_32(w.value[3]));
}

// Normal k of those from block `first` on.
inline double word_normal(std::uint64_t seed, std::uint64_t member, Purpose purpose, std::uint64_t first,
                          std::uint64_t k) {
    return normals_of_words(Random123Words()(seed, counter_of(purpose, first + k / 4, member))).value[k % 4];
}

}  // namespace modecollapse
