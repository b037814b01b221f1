// The options of a sequence VAE (--family sequence-vae), and the settings that they fill.
#pragma once

#include "host/families/brenier_maps.hpp"
#include "host/families/kl_annealing.hpp"
#include "host/families/sequence_vae/sentence_source.hpp"
#include "host/options/settings.hpp"
#include "kernels/sequence/ensemble.hpp"

namespace modecollapse {

struct SequenceRun {
    sequence::Problem problem = {};
    std::uint64_t held_out = 500;  // sentences
    std::uint32_t embedding_width = 32, encoder_width = 32, decoder_width = 32;
    std::uint32_t head_width = 32, head_depth = 1;
    PsiActivation psi_activation = PsiActivation::softplus;
    double inverse_lipschitz = 0.0;
    std::optional<double> inverse_lipschitz_2;
    KlTimes times = {};
    Precision precision = Precision::double_precision;
    std::shared_ptr<const SentenceData> sentences;
};

const OptionRows& sequence_options();

// Of the file's bytes, where sentences are in one; else empty.
std::string digest_of_sentence_file(const Settings& settings);

// Checked, with its sentences. Throws std::domain_error: option, value, allowed range.
SequenceRun sequence_run(const Settings& settings);

// The same, with v words and sentences of n_max tokens at most, whatever the data are: of a training whose data are not at hand.
SequenceRun sequence_networks(const Settings& settings, std::uint32_t words, std::uint32_t most_tokens);

}  // namespace modecollapse
