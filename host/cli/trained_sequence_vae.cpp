// modecollapse sample --models and encode of trained sequence VAEs: sentences from the prior, and latents of a text's sentences.
#include "host/families/sequence_vae/trained_sequence_vae.hpp"
#include "host/cli/trained_models.hpp"

namespace modecollapse {
namespace {

Result draws_result(const TrainedSequenceVae::Draws& draws, const TrainedSequenceVae& trained) {
    const std::size_t l = trained.latent(), places = trained.most_tokens();
    Result result;
    result.dimensions = {{"sample", draws.sentences.size()}, {"latent", l}, {"place", places}};
    result.rows = {"sample"};
    result.add(numbers_of("latent", "number of the latent coordinate", l));
    result.add(numbers_of("place", "place in the sentence", places));
    result.add(field("z", {"sample", "latent"}, "draw of the prior", draws.z));
    result.add(field("sentence", {"sample"}, "sentence drawn at it, without the end mark", draws.sentences));
    result.add(
        field("token", {"sample", "place"}, "ids of its words, 0 from its end on", draws.tokens).only(file_form));
    add_steps(result, trained);
    return result;
}

Result encoded_result(const TrainedSequenceVae::Encoded& encoded, const TrainedSequenceVae& trained) {
    Result result = latents_result(encoded.rows(), trained);
    result.add(field("line", {"datum"}, "line of the sentence in the text", encoded.lines));
    result.add(field("tokens", {"datum"}, "tokens of the sentence, the end mark among them", encoded.tokens));
    add_posterior(result, encoded);
    result.add(number("unknown_share", "share of the tokens that are the unknown word", encoded.unknown));
    add_steps(result, trained);
    return result;
}

}  // namespace

Report sample_sentences(const Configuration& options, const SavedModels& models) {
    const auto trained = member_of<TrainedSequenceVae>(options, models);
    std::string isa;
    Report report = begin_trained(options, trained, "Sentences of a trained sequence VAE", isa);
    require_memory(fmt::format("sample with --samples {}", options.integer("samples")),
                   bytes_of_a_drawn_number * options.number("samples") *
                       static_cast<double>(trained.most_tokens() + trained.latent()));
    const TrainedSequenceVae::Draws draws =
        trained.sample(isa.c_str(), static_cast<std::uint64_t>(options.integer("skip")),
                       static_cast<std::uint64_t>(options.integer("samples")));
    report.record.finished = utc_now();
    report.result = draws_result(draws, trained);
    report.text = fmt::format("{} sentences from the prior, by member {} after {} steps\n\n",
                              options.integer("samples"), options.integer("member"), trained.steps());
    for (const std::string& sentence : draws.sentences) report.text += sentence + "\n";
    return report;
}

Report encode_sentences(const Configuration& options, const SavedModels& models) {
    const auto trained = member_of<TrainedSequenceVae>(options, models);
    if (options.has("labels"))
        options.refuse("labels", "is not used with sentences (allowed: models of the family vae)");
    std::string isa;
    Report report = begin_trained(options, trained, "Posterior means of a trained sequence VAE", isa);
    const TrainedSequenceVae::Encoded encoded = trained.encode(isa.c_str(), options.text("data"));
    report.record.finished = utc_now();
    report.result = encoded_result(encoded, trained);
    report.record.files = encoded.digest;
    const double kl = mean_of(encoded.kl);
    report.text = fmt::format(
        "{} sentences of {} encoded by member {} after {} steps; KL of q(z|x) from the prior {:.4f} nats, their mean;\n"
        "{:.1f} % of the tokens are the unknown word (--output or --format csv for the means and variances of z)\n",
        encoded.rows(), options.text("data"), options.integer("member"), trained.steps(), kl, 100.0 * encoded.unknown);
    return report;
}

}  // namespace modecollapse
