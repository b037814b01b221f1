// modecollapse sample --models, encode, reconstruct: what a trained VAE that was saved with --save-models makes of its prior,
// and of data. Sequence VAEs: trained_sequence_vae.cpp.
#include <fmt/format.h>

#include <cmath>

#include "host/cli/commands.hpp"
#include "host/cli/trained_models.hpp"
#include "host/cli/trained_vae.hpp"
#include "host/families/sequence_vae/trained_sequence_vae.hpp"
#include "host/families/vae/trained_vae.hpp"
#include "host/report/forms.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

Result draws_result(const TrainedVae::Draws& draws, const TrainedVae& trained) {
    const std::size_t l = trained.latent(), t = trained.dimension();
    Result result;
    result.dimensions = {{"sample", draws.z.size() / l}, {"latent", l}, {"coordinate", t}};
    result.rows = {"sample"};
    result.add(numbers_of("latent", "number of the latent coordinate", l));
    result.add(numbers_of("coordinate", "number of the coordinate", t));
    result.add(field("z", {"sample", "latent"}, "draw of the prior", draws.z));
    result.add(field("x", {"sample", "coordinate"}, "mean of p(x|z)", draws.x));
    if (trained.clusters() > 0) result.add(field("cluster", {"sample"}, "cluster of the prior", draws.cluster));
    add_steps(result, trained);
    return result;
}

Result encoded_result(const TrainedVae::Encoded& encoded, const TrainedVae& trained) {
    Result result = latents_result(encoded.rows(), trained);
    if (trained.clusters() > 0) result.dimensions.emplace_back("cluster", trained.clusters());
    add_posterior(result, encoded);
    if (trained.clusters() > 0) {
        result.add(numbers_of("cluster", "number of the cluster", trained.clusters()));
        result.add(field("class_probability", {"datum", "cluster"}, "q(y|x)", encoded.share));
    }
    if (!encoded.labels.empty()) result.add(field("label", {"datum"}, "class of the datum", encoded.labels));
    add_steps(result, trained);
    return result;
}

Result reconstructed_result(const TrainedVae::Reconstructed& made, const TrainedVae& trained) {
    Result result;
    result.dimensions = {{"datum", made.rows()}, {"coordinate", trained.dimension()}};
    result.rows = {"datum"};
    result.add(numbers_of("coordinate", "number of the coordinate", trained.dimension()));
    result.add(field("x", {"datum", "coordinate"}, "datum, as the encoder saw it", made.x));
    result.add(field("reconstructed", {"datum", "coordinate"}, "mean of p(x|z) at the mean of q(z|x)", made.mean));
    result.add(field("squared_error", {"datum"}, "squared distance of the datum from that mean", made.squared_error));
    if (!made.labels.empty()) result.add(field("label", {"datum"}, "class of the datum", made.labels));
    add_steps(result, trained);
    return result;
}

double root_mean_square(double sum, std::size_t numbers) { return std::sqrt(sum / static_cast<double>(numbers)); }

// Of a coordinate about its mean over the rows: what is left without any latent.
double spread_of(const std::vector<double>& x, std::size_t dimension) {
    double sum = 0.0;
    const std::size_t rows = x.size() / dimension;
    for (std::size_t k = 0; k < dimension; ++k) {
        double mean = 0.0;
        for (std::size_t i = 0; i < rows; ++i) mean += x[i * dimension + k] / static_cast<double>(rows);
        for (std::size_t i = 0; i < rows; ++i) sum += std::pow(x[i * dimension + k] - mean, 2);
    }
    return root_mean_square(sum, x.size());
}

// What a command about rows of a file cannot do without.
void require_files(const char* command, const Configuration& options) {
    for (const char* name : {"models", "data"})
        if (!options.has(name))
            throw UsageError(
                fmt::format("{}: --{} FILE is missing: {}", command, name,
                            name == std::string("models")
                                ? "a file written by probability --save-models, of the family vae or sequence-vae"
                                : fmt::format("the rows to {}", command)));
}

std::string labels_of(const Configuration& options) { return options.has("labels") ? options.text("labels") : ""; }

}  // namespace

Report sample_models(const Configuration& options) {
    const SavedModels models = read_models(options.text("models"));
    if (models.family == &sequence_models) return sample_sentences(options, models);
    const TrainedVae trained = member_of<TrainedVae>(options, models);
    std::string isa;
    Report report = begin_trained(options, trained, "Samples of a trained VAE", isa);
    require_memory(fmt::format("sample with --samples {}", options.integer("samples")),
                   bytes_of_a_drawn_number * options.number("samples") *
                       static_cast<double>(trained.dimension() + trained.latent()));
    const TrainedVae::Draws draws = trained.sample(isa.c_str(), static_cast<std::uint64_t>(options.integer("skip")),
                                                   static_cast<std::uint64_t>(options.integer("samples")));
    report.record.finished = utc_now();
    report.result = draws_result(draws, trained);
    report.text = fmt::format("{} draws of the prior of member {} after {} steps, and their x\n\n",
                              options.integer("samples"), options.integer("member"), trained.steps()) +
                  to_aligned_text(csv_of(report.result));
    return report;
}

Report run_encode(const Configuration& options) {
    require_files("encode", options);
    const SavedModels models = read_models(options.text("models"));
    if (models.family == &sequence_models) return encode_sentences(options, models);
    const TrainedVae trained = member_of<TrainedVae>(options, models);
    std::string isa;
    Report report = begin_trained(options, trained, "Posterior means of a trained VAE", isa);
    const TrainedVae::Encoded encoded = trained.encode(isa.c_str(), options.text("data"), labels_of(options));
    report.record.finished = utc_now();
    report.result = encoded_result(encoded, trained);
    report.record.files = encoded.digest;
    const double kl = mean_of(encoded.kl);
    report.text = fmt::format(
        "{} rows of {} encoded by member {} after {} steps; KL of q(z|x) from the prior {:.4f} nats, "
        "their mean\n(--output or --format csv for the means and variances of z)\n",
        encoded.rows(), options.text("data"), options.integer("member"), trained.steps(), kl);
    return report;
}

Report run_reconstruct(const Configuration& options) {
    require_files("reconstruct", options);
    const SavedModels models = read_models(options.text("models"));
    if (models.family != &vae_models)
        options.refuse("models", fmt::format("holds models of the family {} (allowed: of {})", models.family->name,
                                             vae_models.name));
    const TrainedVae trained = member_of<TrainedVae>(options, models);
    std::string isa;
    Report report = begin_trained(options, trained, "Reconstructions by a trained VAE", isa);
    const TrainedVae::Reconstructed made =
        trained.reconstruct(isa.c_str(), options.text("data"), labels_of(options),
                            options.has("rows") ? static_cast<std::uint64_t>(options.integer("rows")) : 0);
    report.record.finished = utc_now();
    report.result = reconstructed_result(made, trained);
    report.record.files = made.digest;
    double error = 0.0;
    for (const double x : made.squared_error) error += x;
    report.text = fmt::format(
        "{} rows of {} reconstructed by member {} after {} steps; root mean square error of a number {:.4g},\n"
        "of their mean row {:.4g} (--output or --format csv for the rows and their reconstructions)\n",
        made.rows(), options.text("data"), options.integer("member"), trained.steps(),
        root_mean_square(error, made.x.size()), spread_of(made.x, trained.dimension()));
    return report;
}

}  // namespace modecollapse
