#include "host/families/sequence_vae/ensemble.hpp"

#include <algorithm>

namespace modecollapse {
namespace {

using sequence::Monitor;

using Column = MonitorColumn<Monitor>;

constexpr Column of_encoder[] = {
    {trained_kl, &Monitor::kl},
    {reconstruction, &Monitor::reconstruction},
    {evidence_bound, &Monitor::elbo},
    {{"token_loss", "nat", "negative evidence lower bound a token", "", "a token", "{:.4f}"}, &Monitor::token_loss},
    {largest_variance, &Monitor::variance},
    {{"latent_information", "nat", "mutual information of sentence and latent variable by the encoder", "I_q",
      "I_q(x;z)", "{:.4f}"},
     &Monitor::information},
    {{"latent_information_noise", "nat", "standard error of that information in a training", "", "", "{:.4f}"},
     &Monitor::information_error},
};
constexpr Column of_exact[] = {
    {weighted_likelihood, &Monitor::likelihood},
    {posterior_kl, &Monitor::exact_kl},
    {posterior_fisher, &Monitor::exact_fisher},
    {posterior_effective, &Monitor::exact_effective},
};

std::vector<Column> columns_of(const sequence::Problem& p) {
    std::vector<Column> all(std::begin(of_encoder), std::end(of_encoder));
    if (p.exact_data > 0) all.insert(all.end(), std::begin(of_exact), std::end(of_exact));
    return all;
}

Schema schema_without_columns(const sequence::Problem& p) { return schema_of_trained_encoder(p.latent, p.exact_data); }

// A token through an LSTM, and through the head.
double of_token(const sequence::LstmShape& shape) {
    return static_cast<double>(shape.gates()) * (shape.embedding + shape.width);
}
double of_token(const sequence::Problem& p) {
    if (p.head == sequence::Head::linear) return static_cast<double>(sequence::words_of(p)) * sequence::head_inputs(p);
    return 2.0 * static_cast<double>(parameter_count(p.first_map) + parameter_count(p.second_map));
}

}  // namespace

Schema sequence_schema(const Settings& settings) {
    const sequence::Problem p = settings.as<SequenceRun>().problem;
    Schema schema = schema_without_columns(p);
    for (const Column& column : columns_of(p)) schema.quantities.push_back(column.quantity);
    return schema;
}

SequenceEnsemble::SequenceEnsemble(const Settings& settings) : SequenceEnsemble(sequence_run(settings)) {}

SequenceEnsemble::SequenceEnsemble(const SequenceRun& run)
    : TrainedEncoders(schema_without_columns(run.problem), columns_of(run.problem)), run_(run) {}

sequence::Task SequenceEnsemble::task_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) const {
    return {{&run_.problem, run_.precision, seed, first, count}, &run_.sentences->data};
}

// Multiplications: a parameter is met once forward and twice in reverse. Batches are as long as their longest sentence.
double SequenceEnsemble::work_of_a_member() const {
    const sequence::Problem& p = run_.problem;
    const double of_place = of_token(p.encoder) + of_token(p.decoder) + of_token(p);
    const double samples = static_cast<double>(p.batch) * static_cast<double>(p.steps);
    const auto held_out = static_cast<double>(run_.held_out);
    const double exact = std::min(static_cast<double>(p.exact_data), held_out) * static_cast<double>(p.exact_samples);
    return p.most_tokens * (of_place * 3.0 * (samples + held_out) + 6.0 * of_token(p) * exact) +
           held_out * held_out * p.latent;
}

double SequenceEnsemble::bytes_of_a_thread() const {
    const sequence::Problem& p = run_.problem;
    const double of_sentence = 6.0 * p.latent + 6.0, of_sample = 4.0 * p.latent + 10.0;
    return static_cast<double>(sequence::thread_bytes(p, run_.precision)) +
           8.0 * (static_cast<double>(run_.held_out) * of_sentence + static_cast<double>(p.exact_samples) * of_sample);
}

}  // namespace modecollapse
