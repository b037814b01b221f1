// Sentences that somebody holds, as tokens: what a sequence VAE is trained on and read at. Read only, owned by others.
//
//   sentence i    x_1 .. x_n = tokens[offsets[i]] .. tokens[offsets[i + 1] - 1],  1 <= n <= most_tokens
//   ids           0 the end mark, 1 the start mark, 2 the unknown word, 3 .. words - 1 the words
//
// The end mark is a token of a sentence, and counts in n: it stands in the last place and nowhere else. A sentence that was cut
// at most_tokens has none. The start mark stands in no sentence: it is x_0, which the decoder is given before x_1, and no source
// draws it. Past a sentence's end the mark 0 fills what is not there, and nothing is computed from it.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse::sequence {

inline constexpr std::int32_t end_mark = 0, start_mark = 1, unknown_word = 2, first_word = 3;

struct TokenTable {
    const std::int32_t* tokens = nullptr;    // (offsets[sentences])
    const std::uint64_t* offsets = nullptr;  // (sentences + 1), ascending from 0
    std::uint64_t sentences = 0;
    std::uint32_t words = 0;        // v: all ids, the marks among them
    std::uint32_t most_tokens = 0;  // n_max

    MC_HOST_DEVICE const std::int32_t* sentence(std::uint64_t i) const { return tokens + offsets[i]; }
    MC_HOST_DEVICE std::uint32_t length(std::uint64_t i) const {
        return static_cast<std::uint32_t>(offsets[i + 1] - offsets[i]);
    }
};

// Every sentence is drawn with equal chance at every step from `training`, unless they are fresh (Problem::fresh); `held_out` is read
// in its order. Both of the same words and most_tokens.
struct TokenData {
    TokenTable training, held_out;
};

}  // namespace modecollapse::sequence
