#include "host/families/vae/ensemble.hpp"

#include "kernels/vae/exact_posterior.hpp"

namespace modecollapse {
namespace {

using vae::Monitor;

using Column = MonitorColumn<Monitor>;

constexpr Column of_encoder[] = {
    {trained_kl, &Monitor::kl},
    {reconstruction, &Monitor::reconstruction},
    {evidence_bound, &Monitor::elbo},
    {largest_variance, &Monitor::variance},
};
constexpr Column of_clusters[] = {
    {{"class_kl", "nat", "KL divergence of the encoder's classes from the prior's, a sample", "", "KL of y", "{:.4f}"},
     &Monitor::class_kl},
    {{"information", "nat", "mutual information of data and class by the encoder", "I", "I(x;y)", "{:.4f}"},
     &Monitor::information},
    {{"active_within", "1", "active latent directions within the classes", "", "within", "{:.0f}"},
     &Monitor::active_within},
};
constexpr Column of_labels[] = {
    {{"accuracy", "1", "share of the data whose class by the encoder fits their label", "", "accuracy", "{:.4f}"},
     &Monitor::accuracy},
};
constexpr Column of_exact[] = {
    {weighted_likelihood, &Monitor::likelihood},
    {posterior_kl, &Monitor::exact_kl},
    {posterior_fisher, &Monitor::exact_fisher},
    {posterior_effective, &Monitor::exact_effective},
};
constexpr Column of_exact_bound[] = {
    {{"fisher_bound", "1", "lower bound of that divergence by the decoder's inverse-Lipschitz constant"},
     &Monitor::fisher_bound},
};
constexpr Column of_exact_clusters[] = {
    {{"posterior_information", "nat", "mutual information of data and class by the exact posterior"},
     &Monitor::exact_information},
};
constexpr Column of_exact_labels[] = {
    {{"posterior_accuracy", "1", "share of the data whose class by the exact posterior fits their label"},
     &Monitor::exact_accuracy},
};

std::vector<Column> columns_of(const vae::Problem& p) {
    std::vector<Column> all;
    const auto add = [&](bool wanted, const auto& columns) {
        if (wanted) all.insert(all.end(), std::begin(columns), std::end(columns));
    };
    const bool clusters = p.clusters > 0, labels = clusters && vae::label_count(p.data) > 0, exact = p.exact_data > 0;
    add(true, of_encoder);
    add(clusters, of_clusters);
    add(labels, of_labels);
    add(exact, of_exact);
    add(exact && p.latent == p.dimension, of_exact_bound);  // of more dimensions than latents it is no bound
    add(exact && clusters, of_exact_clusters);
    add(exact && labels, of_exact_labels);
    return all;
}

Schema schema_without_columns(const vae::Problem& p) { return schema_of_trained_encoder(p.latent, p.exact_data); }

}  // namespace

Schema vae_schema(const Settings& settings) {
    const vae::Problem p = problem_with_data(settings);
    Schema schema = schema_without_columns(p);
    for (const Column& column : columns_of(p)) schema.quantities.push_back(column.quantity);
    return schema;
}

VaeEnsemble::VaeEnsemble(const Settings& settings) : VaeEnsemble(vae_run(settings)) {}

VaeEnsemble::VaeEnsemble(const VaeRun& run)
    : TrainedEncoders(schema_without_columns(run.problem), columns_of(run.problem)), run_(run) {}

vae::Task VaeEnsemble::task_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) const {
    return {&run_.problem, run_.precision, seed, first, count};
}

// Multiplications: a parameter is met once forward and twice in reverse; those of a Brenier map twice as often, the decoder's
// once for each class. Held-out data, and as many of the training at its end and start.
double VaeEnsemble::work_of_a_member() const {
    const vae::Problem& p = run_.problem;
    double decoder = static_cast<double>(parameter_count(p.network));
    if (p.decoder == vae::Decoder::brenier)
        decoder = 2.0 * static_cast<double>(parameter_count(p.first_map) + parameter_count(p.second_map));
    const double parameters = static_cast<double>(parameter_count(p.encoder)) + decoder * vae::classes_of(p);
    const double samples = static_cast<double>(p.batch) * static_cast<double>(p.steps);
    const double exact = vae::exact_latents(p) * (3.0 + 2.0 * p.latent) * decoder;
    return parameters * 3.0 * (samples + static_cast<double>(p.held_out)) + exact;
}

double VaeEnsemble::bytes_of_a_thread() const {
    const vae::Problem& p = run_.problem;
    const double of_datum = vae::classes_of(p) * (2.0 * p.latent + 1.0) + p.dimension + 4.0;
    return static_cast<double>(vae::thread_bytes(p, run_.precision)) +
           8.0 * (static_cast<double>(p.held_out) * of_datum + vae::exact_numbers(p));
}

}  // namespace modecollapse
