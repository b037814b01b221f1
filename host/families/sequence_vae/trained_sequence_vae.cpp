#include "host/families/sequence_vae/trained_sequence_vae.hpp"

#include <fmt/format.h>

#include "host/families/encoder_options.hpp"
#include "host/families/sequence_vae/data_options.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

Settings settings_of(const SavedModels& models) {
    return models.training([](const std::string&) { return false; }, {}).settings();
}

// No file is read.
SequenceRun networks_of(const SavedModels& models) {
    const Settings settings = settings_of(models);
    const SentenceRequest request = settings.as<SentenceOptions>().text;
    const auto words = models.words.empty() ? request.words : static_cast<std::uint32_t>(models.words.size());
    return sequence_networks(settings, words, request.most_tokens);
}

SavedModels asked(const Configuration& options) {
    const SequenceRun run = sequence_run(options.settings());
    SavedModels models(sequence_models, options, run.problem.steps, run.sentences->digest);
    models.words = run.sentences->words;
    return models;
}

std::uint64_t parameters_of(const SavedModels& models) { return layout_of(networks_of(models).problem).count; }

}  // namespace

const ModelsFamily sequence_models = {"sequence-vae", asked, parameters_of};

TrainedSequenceVae::TrainedSequenceVae(const SavedModels& models, const std::string& path, std::uint64_t member)
    : models_(models), run_(networks_of(models)), index_(place_of(models, member, path)) {}

sequence::TrainedMember TrainedSequenceVae::member() const {
    return {&run_.problem,         run_.precision,
            models_.seed,          models_.first + index_,
            models_.steps[index_], models_.parameters.data() + index_ * layout_of(run_.problem).count,
            give_up_request()};
}

TrainedSequenceVae::Draws TrainedSequenceVae::sample(const char* isa, std::uint64_t skip, std::uint64_t count) const {
    require_draws(skip, count, token_blocks(run_.problem), sequence::first_token_block);
    require_draws(skip, count, sequence::normal_blocks(run_.problem.latent), sequence::first_token_block);
    Draws draws;
    draws.z.resize(count * latent());
    std::vector<std::int32_t> tokens(count * most_tokens());
    if (!sequence::sample_prior(member(), isa, skip, count, draws.z.data(), tokens.data())) throw Interrupted{};
    draws.tokens.assign(tokens.begin(), tokens.end());
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string sentence;
        for (std::uint64_t t = 0; t < most_tokens(); ++t) {
            const std::int32_t token = tokens[i * most_tokens() + t];
            if (token == sequence::end_mark) break;
            sentence += sentence.empty() ? "" : " ";
            sentence +=
                models_.words.empty() ? fmt::format("{}", token) : models_.words[static_cast<std::size_t>(token)];
        }
        draws.sentences.push_back(std::move(sentence));
    }
    return draws;
}

TrainedSequenceVae::Encoded TrainedSequenceVae::encode(const char* isa, const std::string& path) const {
    if (models_.words.empty())
        throw std::domain_error(
            fmt::format("data = {}: the models were trained on synthetic sentences, whose words have no names "
                        "(allowed: models that were trained on a text)",
                        path));
    SentenceRequest request = settings_of(models_).as<SentenceOptions>().text;
    request.vocabulary = &models_.words;
    const SentenceText text = text_of_file(path, request);
    const sequence::TokenTable table = {text.tokens.data(), text.offsets.data(), text.sentences(),
                                        static_cast<std::uint32_t>(models_.words.size()), most_tokens()};
    const std::uint64_t n = table.sentences;
    Encoded encoded;
    encoded.mean.resize(n * latent());
    encoded.variance.resize(n * latent());
    encoded.kl.resize(n);
    if (!sequence::encode(member(), table, isa,
                          {encoded.mean.data(), encoded.variance.data(), nullptr, encoded.kl.data(), nullptr}))
        throw Interrupted{};
    encoded.lines.assign(text.line_of.begin(), text.line_of.end());
    for (std::uint64_t i = 0; i < n; ++i) encoded.tokens.push_back(table.length(i));
    encoded.unknown = static_cast<double>(text.unknown_tokens) / static_cast<double>(text.tokens.size());
    encoded.digest = text.digest;
    return encoded;
}

}  // namespace modecollapse
