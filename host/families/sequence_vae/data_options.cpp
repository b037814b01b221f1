#include "host/families/sequence_vae/data_options.hpp"

#include <fmt/format.h>

#include "host/options/file_choice.hpp"
#include "modecollapse/numbers/require_range.hpp"

namespace modecollapse {
namespace {

constexpr const char* synthetic = "synthetic";
constexpr double most_drawn = 1e7;

OptionRows source_rows() {
    using sequence::SyntheticLaw;
    constexpr auto law = &SentenceOptions::law;
    const Need drawn = {"data", synthetic};
    return {
        number_row("source-width", 1, 256, "synthetic sentences: units of the random LSTM that makes them", law,
                   &SyntheticLaw::width)
            .in(Group::physics)
            .used_with({drawn}),
        number_row("source-weight-scale", 0, 100, "synthetic sentences: its weights are uniform up to this", law,
                   &SyntheticLaw::weight_scale)
            .in(Group::physics)
            .allowed("0 to 100")
            .used_with({drawn})
            .searched_in("0:1"),
        number_row("source-head-scale", 0, 100,
                   "synthetic sentences: the weights of its head, which makes logits, are uniform up to this", law,
                   &SyntheticLaw::head_scale)
            .in(Group::physics)
            .allowed("0 to 100")
            .used_with({drawn})
            .searched_in("0:5"),
        number_row("source-radius", 0, 100,
                   "synthetic sentences: radius of the circle on which the five clusters of their latents lie", law,
                   &SyntheticLaw::radius)
            .in(Group::physics)
            .allowed("0 to 100")
            .called("r", "radius r of the source's clusters")
            .used_with({drawn})
            .searched_in("0:4"),
        number_row("source-spread", 0, 100, "synthetic sentences: standard deviation of a cluster", law,
                   &SyntheticLaw::spread)
            .in(Group::physics)
            .allowed("above 0, up to 100; above the radius / 500")
            .used_with({drawn})
            .searched_in("log:0.1:2"),
        number_row("source-seed", 0, 1e9, "synthetic sentences: seed of the random LSTM and of its sentences", law,
                   &SyntheticLaw::seed)
            .in(Group::physics)
            .allowed("a whole number, 0 to 1e9")
            .used_with({drawn}),
    };
}

OptionRows text_rows() {
    constexpr auto text = &SentenceOptions::text;
    const Need of_a_file = {"data", std::string(none_of) + synthetic};
    return {
        choice_row("letters", letters_names, "a text's letters as they are; or A to Z as a to z", text,
                   &SentenceRequest::letters)
            .in(Group::physics)
            .used_with({of_a_file}),
        choice_row("long-sentences", long_sentences_names,
                   "a text's sentences of more tokens than sentence-length: their first ones, or nothing of them", text,
                   &SentenceRequest::long_sentences)
            .in(Group::physics)
            .used_with({of_a_file}),
    };
}

sequence::SyntheticLaw law_of(const SentenceOptions& options) {
    sequence::SyntheticLaw law = options.law;
    law.words = options.text.words;
    law.most_tokens = options.text.most_tokens;
    const char* positive = "above 0, up to 100";
    require_positive(law.spread, 100.0, "source-spread", positive);
    if (law.radius > 500.0 * law.spread)
        require(false, "source-spread", law.spread,
                fmt::format("source-radius / 500 = {:g} or more", law.radius / 500.0).c_str());
    return law;
}

}  // namespace

OptionRows sequence_data_rows() {
    constexpr auto text = &SentenceOptions::text;
    const Needs drawn = {{"data", synthetic}};
    OptionRows rows = {
        member_row(plain_row(Kind::choice, "data", std::string(synthetic) + "|" + any_file,
                             "sentences that are fitted: of a random LSTM at latents of five clusters in the plane; "
                             "or of a text in UTF-8, also with .gz, a sentence a line, words between blanks"),
                   settings_member(&SentenceOptions::data))
            .in(Group::physics),
        number_row("vocabulary", 4, 65536,
                   "words v: the end mark, the start mark, the unknown word, and of a text at most so many others, the "
                   "most frequent",
                   text, &SentenceRequest::words)
            .in(Group::physics)
            .called("v", "words v")
            .by_default("100", every_command, drawn)
            .searched_in("log:10:1000"),
        number_row("sentence-length", 2, 1024, "tokens n_max of a sentence at most, the end mark among them", text,
                   &SentenceRequest::most_tokens)
            .in(Group::physics)
            .called("n_max", "longest sentence n_max")
            .by_default("10", every_command, drawn)
            .searched_in("2:20"),
        number_row("data-size", 0, most_drawn,
                   "sentences that a training sees: synthetic ones drawn once; 0: fresh ones at every step, of a text "
                   "all that are not held out",
                   &SentenceOptions::data_size)
            .in(Group::physics)
            .allowed("0, or 1 to 1e7")
            .called("n", "sentences n")
            .by_default("10000", every_command, drawn)
            .searched_in("log:10:10000"),
    };
    for (const OptionRows& more : {text_rows(), source_rows()}) rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}

std::shared_ptr<const SentenceData> sentences_of(const Settings& settings, std::uint64_t held_out) {
    const auto options = settings.as<SentenceOptions>();
    if (options.data != synthetic) return sentences_of_file(options.data, options.text, options.data_size, held_out);
    return sentences_of_source(law_of(options), options.data_size, held_out);
}

std::string digest_of_sentences(const Settings& settings, std::uint64_t held_out) {
    const auto options = settings.as<SentenceOptions>();
    if (options.data == synthetic) return "";
    return sentences_of_file(options.data, options.text, options.data_size, held_out)->digest;
}

}  // namespace modecollapse
