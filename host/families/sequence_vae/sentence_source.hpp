// The sentences that sequence VAEs are trained on and read at: those of a text file, or of a synthetic source.
//
// A file's are shuffled, always in the same order: the first ones are held out, the others trained on. Synthetic ones are drawn by
// their number: trained on are 0, 1, ..., held out those from 2^62 on, so that neither changes with how many the others are. Fresh ones
// are drawn by every training for itself (sequence/draws.hpp).
#pragma once

#include <memory>

#include "host/io/sentence_text.hpp"
#include "kernels/sequence/synthetic.hpp"

namespace modecollapse {

inline constexpr std::uint64_t first_held_out_sentence = std::uint64_t{1} << 62;

struct SentenceData {
    sequence::TokenData data;          // points into what follows
    std::vector<std::string> words;    // (v), by their ids; empty with synthetic sentences, whose words have no names
    std::string digest;                // of the file; empty with synthetic sentences
    sequence::SyntheticSource source;  // of synthetic sentences
    std::vector<double> held_out_latents;  // (held out, 2): what synthetic ones were drawn from
    // Of a file: its sentences, those cut and left out, different words, and tokens of the sentences, all and the unknown ones.
    std::uint64_t sentences = 0, cut = 0, dropped = 0, different_words = 0, all_tokens = 0, unknown_tokens = 0;
    std::vector<std::int32_t> tokens, held_out_tokens;
    std::vector<std::uint64_t> offsets, held_out_offsets;
};

// For the option data. Throws std::domain_error for what is no text.
SentenceText text_of_file(const std::string& path, const SentenceRequest& request);

// training: how many are trained on; 0: all of a file that are not held out, of a source fresh ones at every step. Kept: the same as long as the file does not change.
// Throws std::domain_error: option, value, allowed range; Interrupted.
std::shared_ptr<const SentenceData> sentences_of_file(const std::string& path, const SentenceRequest& request,
                                                      std::uint64_t training, std::uint64_t held_out);
std::shared_ptr<const SentenceData> sentences_of_source(const sequence::SyntheticLaw& law, std::uint64_t training,
                                                        std::uint64_t held_out);

}  // namespace modecollapse
