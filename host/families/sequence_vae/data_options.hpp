// The options that say which sentences a sequence VAE is fitted to.
#pragma once

#include "host/families/sequence_vae/sentence_source.hpp"
#include "host/options/settings.hpp"

namespace modecollapse {

struct SentenceOptions {
    std::string data = "synthetic";
    SentenceRequest text;         // of a file
    sequence::SyntheticLaw law;   // but v and n_max, which are those of `text`
    std::uint64_t data_size = 0;  // sentences that are trained on; of a file 0: all
};

OptionRows sequence_data_rows();

// Reads or draws them. Throws std::domain_error: option, value, allowed range.
std::shared_ptr<const SentenceData> sentences_of(const Settings& settings, std::uint64_t held_out);

// Of the file's bytes; else empty.
std::string digest_of_sentences(const Settings& settings, std::uint64_t held_out);

}  // namespace modecollapse
