#include "host/families/sequence_vae/options.hpp"

#include <algorithm>

#include "host/families/encoder_options.hpp"
#include "host/families/sequence_vae/data_options.hpp"
#include "modecollapse/sequence/draws.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {
namespace {

using sequence::Problem;

constexpr auto problem = &SequenceRun::problem;

OptionRows physics_rows() {
    return {
        latent_dimension_row(problem, &Problem::latent),
        end_kl_weight_row(problem, &Problem::kl_weight),
        horizon_row(problem, &Problem::steps),
        number_row("word-dropout", 0, 1,
                   "chance that the decoder is given the unknown word in the place of a word of its history, in "
                   "training",
                   problem, &Problem::word_dropout)
            .in(Group::physics)
            .allowed("0 to 1")
            .called("p_d", "word dropout p_d")
            .searched_in("0:1"),
    };
}

OptionRows network_rows() {
    const Need brenier = {"head", "brenier"};
    OptionRows rows = {
        choice_row("head", sequence::head_names,
                   "what makes logits of the decoder's state and z: a linear layer; or a composition of two Brenier "
                   "maps, gradients of input-convex networks, plus L times the identity each",
                   problem, &Problem::head),
    };
    const OptionRows constants = inverse_lipschitz_rows(
        {"inverse-Lipschitz constant L of both maps: that of the head, from z to the logits, is L times L", brenier,
         brenier},
        &SequenceRun::inverse_lipschitz, &SequenceRun::inverse_lipschitz_2, problem, &Problem::inverse_lipschitz);
    rows.insert(rows.end(), constants.begin(), constants.end());
    const OptionRows others = {
        number_row("embedding-width", 1, 1024, "numbers that a word is embedded in, of encoder and decoder each",
                   &SequenceRun::embedding_width),
        number_row("encoder-width", 1, 4096, "units of the encoder's LSTM", &SequenceRun::encoder_width),
        number_row("decoder-width", 1, 4096, "units w of the decoder's LSTM", &SequenceRun::decoder_width)
            .called("w", "decoder width w")
            .searched_in("log:4:64"),
        number_row("head-width", 1, 4096, "hidden units of a layer of each of the head's maps",
                   &SequenceRun::head_width)
            .used_with({brenier}),
        number_row("head-depth", 0, 8, "hidden layers of each of the head's maps (quadratic: 0)",
                   &SequenceRun::head_depth)
            .allowed("1 to 8; 0 with psi-activation quadratic")
            .used_with({brenier}),
        psi_activation_row("head-depth", brenier, &SequenceRun::psi_activation),
    };
    rows.insert(rows.end(), others.begin(), others.end());
    return rows;
}

OptionRows outcome_rows() {
    return {
        activity_floor_row(problem, &Problem::activity_floor),
        informative_directions_row(problem, &Problem::informative_directions),
        exact_data_row(problem, &Problem::exact_data),
        exact_samples_row(
            "latent samples a sentence of the encoder, and as many of the prior, for the exact posterior; the "
            "importance-weighted likelihood is of those of the encoder",
            problem, &Problem::exact_samples),
        held_out_row("sentences that decide a training's outcome, unseen by it", &SequenceRun::held_out),
    };
}

void set_head(SequenceRun& run) {
    Problem& p = run.problem;
    if (p.head == sequence::Head::linear) return;
    const std::uint32_t inputs = sequence::head_inputs(p), words = sequence::words_of(p);
    if (inputs > words)
        throw std::domain_error(fmt::format(
            "decoder-width = {} (allowed: 1 to {} with head brenier, the {} words less the latent-dimension {})",
            run.decoder_width, words > p.latent ? words - p.latent : 0, words, p.latent));
    const vae::Activation psi = activation_of(run.psi_activation, "head-depth", run.head_depth, "head brenier");
    p.first_map = {inputs, run.head_width, run.head_depth, psi};
    p.second_map = {words, run.head_width, run.head_depth, psi};
    set_inverse_lipschitz(run.inverse_lipschitz, run.inverse_lipschitz_2.value_or(run.inverse_lipschitz),
                          p.inverse_lipschitz);
}

}  // namespace

const OptionRows& sequence_options() {
    static const OptionRows rows = [] {
        OptionRows all = sequence_data_rows();
        for (const OptionRows& more :
             {physics_rows(), training_rows("sentences B a step", problem, &SequenceRun::times), network_rows(),
              outcome_rows(), saved_models_rows(), training_run_rows()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rows;
}

std::string digest_of_sentence_file(const Settings& settings) {
    return digest_of_sentences(settings, settings.as<SequenceRun>().held_out);
}

SequenceRun sequence_run(const Settings& settings) {
    const auto sentences = sentences_of(settings, settings.as<SequenceRun>().held_out);
    const sequence::TokenTable& table = sentences->data.training;
    SequenceRun run = sequence_networks(settings, table.words, table.most_tokens);
    run.sentences = sentences;
    if (table.sentences == 0) {
        require_blocks(run.problem.steps, run.problem.batch, sequence::sentence_blocks(table.most_tokens));
        run.problem.fresh = sentences->source.view();
    }
    return run;
}

SequenceRun sequence_networks(const Settings& settings, std::uint32_t words, std::uint32_t most_tokens) {
    auto run = settings.as<SequenceRun>();
    Problem& p = run.problem;
    if (settings.is("precision", "single")) run.precision = Precision::single_precision;
    p.most_tokens = most_tokens;
    p.encoder = {words, run.embedding_width, run.encoder_width};
    p.decoder = {words, run.embedding_width, run.decoder_width};
    require_blocks(p.steps, p.batch, std::max(sequence::normal_blocks(p.latent), sequence::token_blocks(p)));
    require_positive(p.optimizer.learning_rate, 1e6, "learning-rate", "above 0, up to 1e6");
    require_reading(p.activity_floor, p.exact_data, p.informative_directions, p.latent);
    set_time(run.times, p.kl_weight);
    require_annealing(p.kl_weight);
    set_head(run);
    return run;
}

}  // namespace modecollapse
