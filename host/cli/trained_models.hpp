// What the commands about trained VAEs of any family share: the member that is asked for, and how a report of it begins.
#pragma once

#include <fmt/format.h>

#include "host/cli/output.hpp"
#include "host/families/saved_models.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/forms.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {

inline constexpr double bytes_of_a_drawn_number = 200.0;  // with its place in a table

template <class Trained>
Trained member_of(const Configuration& options, const SavedModels& models) {
    return {models, options.text("models"), static_cast<std::uint64_t>(options.integer("member"))};
}

template <class Trained>
Report begin_trained(const Configuration& options, const Trained& trained, const char* title, std::string& isa) {
    BackendOptions cpu;
    cpu.backend = BackendChoice::cpu;
    const Backend backend = choose_backend(cpu);
    isa = backend.isa;
    Report report;
    report.record = begin_record(options, backend, title);
    report.record.seed = fmt::format("{}", trained.seed());
    report.record.precision = trained.precision() == Precision::single_precision ? "single" : "double";
    return report;
}

// 1 .. size, of a dimension.
inline Field numbers_of(const char* dimension, const char* what, std::size_t size) {
    std::vector<std::int64_t> numbers(size);
    for (std::size_t k = 0; k < size; ++k) numbers[k] = static_cast<std::int64_t>(k + 1);
    return field(dimension, {dimension}, what, numbers).only(file_form).of_kind(FieldKind::coordinate);
}

template <class Trained>
void add_steps(Result& result, const Trained& trained) {
    result.add(
        whole("steps", "steps that the training of the member has made", static_cast<std::int64_t>(trained.steps())));
}

// A table of rows of data, each with a row of latents.
template <class Trained>
Result latents_result(std::size_t rows, const Trained& trained) {
    Result result;
    result.dimensions = {{"datum", rows}, {"latent", trained.latent()}};
    result.rows = {"datum"};
    result.add(numbers_of("latent", "number of the latent coordinate", trained.latent()));
    return result;
}

// What the encoder makes of every row.
template <class Encoded>
void add_posterior(Result& result, const Encoded& encoded) {
    result.add(field("posterior_mean", {"datum", "latent"}, "mean of q(z|x)", encoded.mean));
    result.add(field("posterior_variance", {"datum", "latent"}, "variance of q(z|x)", encoded.variance));
    result.add(field("kl", {"datum"}, "KL divergence of q(z|x) from the prior, in nats", encoded.kl));
}

inline double mean_of(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double x : values) sum += x / static_cast<double>(values.size());
    return sum;
}

// Of sequence VAEs (trained_sequence_vae.cpp).
Report sample_sentences(const Configuration& options, const SavedModels& models);
Report encode_sentences(const Configuration& options, const SavedModels& models);

}  // namespace modecollapse
