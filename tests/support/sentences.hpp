// Sentences drawn without a law of interest, of all lengths from 1 on, for tests of sequence VAEs.
#pragma once

#include <random>
#include <vector>

#include "kernels/sequence/token_table.hpp"

namespace modecollapse::support {

class Sentences {
public:
    Sentences(std::uint64_t count, std::uint32_t words, std::uint32_t most_tokens, unsigned seed)
        : words_(words), most_tokens_(most_tokens), offsets_{0} {
        std::mt19937_64 engine(seed);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t length = 1 + i % most_tokens;
            for (std::uint64_t t = 0; t < length; ++t)
                tokens_.push_back(sequence::unknown_word + static_cast<std::int32_t>(engine() % (words - 2)));
            if (engine() % 2 == 0) tokens_.back() = sequence::end_mark;
            offsets_.push_back(tokens_.size());
        }
    }

    sequence::TokenTable table() const {
        return {tokens_.data(), offsets_.data(), offsets_.size() - 1, words_, most_tokens_};
    }

private:
    std::uint32_t words_, most_tokens_;
    std::vector<std::int32_t> tokens_;
    std::vector<std::uint64_t> offsets_;
};

}  // namespace modecollapse::support
