// A text that nobody vouches for, a sentence a line, as tokens (kernels/sequence/token_table.hpp).
//
//   text       UTF-8, plain or compressed by gzip; a byte order mark in front is skipped
//   sentence   a line with a word in it; others are skipped
//   word       what stands between blanks (space, tab, CR, VT, FF). Punctuation is a part of its word: a text that wants it for
//              words of its own puts blanks around it
//   ids        the marks 0, 1, 2, then the most frequent words, the most frequent first, of equally frequent ones that of smaller
//              bytes first. All words of the file are counted, also of sentences that are cut or dropped: the vocabulary is a
//              function of the file and of v
//   too long   a sentence whose words and end mark are more than n_max tokens: its first n_max words, without an end mark, or
//              nothing of it
//
// Read from the front in pieces, once; what it may hold at most is known before (the bounds below).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/io/byte_source.hpp"
#include "kernels/sequence/token_table.hpp"

namespace modecollapse {

enum class Letters { as_they_are = 0, lower = 1 };  // lower: A to Z become a to z, no other letter is changed
inline constexpr const char* letters_names[] = {"as-they-are", "lower"};

enum class LongSentences { cut = 0, drop = 1 };
inline constexpr const char* long_sentences_names[] = {"cut", "drop"};

struct SentenceRequest {
    std::uint32_t words = 1000;      // v at most: all ids, the marks among them
    std::uint32_t most_tokens = 32;  // n_max
    Letters letters = Letters::as_they_are;
    LongSentences long_sentences = LongSentences::cut;
    const std::vector<std::string>* vocabulary =
        nullptr;  // (v), by ids: these words and no others, in place of `words`
};

struct SentenceText {
    std::vector<std::string> words;      // (v), by their ids; v is what the file has, at most what was asked for
    std::vector<std::int32_t> tokens;    // of the sentences in the order of their lines
    std::vector<std::uint64_t> offsets;  // (sentences + 1)
    std::vector<std::uint64_t> line_of;  // (sentences), from 1
    std::uint64_t lines = 0, empty = 0, cut = 0, dropped = 0;  // lines, and what became of them
    std::uint64_t different_words = 0, unknown_tokens = 0;     // of the file; of the sentences
    std::string digest;                                        // SHA-256 of the text

    std::uint64_t sentences() const { return offsets.size() - 1; }
};

inline constexpr double most_text_bytes = 1073741824.0;  // 1 GiB, decompressed
inline constexpr std::size_t most_line_bytes = 1048576;  // 1 MiB
inline constexpr std::uint64_t most_different_words = 10'000'000;

// Throws BadData (a reason without the file's name), TooLarge.
SentenceText read_sentences(const std::string& path, const SentenceRequest& request);

}  // namespace modecollapse
