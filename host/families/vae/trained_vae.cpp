#include "host/families/vae/trained_vae.hpp"

#include <fmt/format.h>

#include <cmath>

#include "host/run/watch.hpp"

namespace modecollapse {

TrainedVae::TrainedVae(const std::string& path, std::uint64_t member)
    : models_(read_models(path)), run_(models_.networks()), index_(member - models_.first) {
    if (member < models_.first || index_ >= models_.members())
        throw std::domain_error(fmt::format("member = {}: is not in {} (allowed: {} to {})", member, path,
                                            models_.first, models_.first + models_.members() - 1));
    if (models_.failed[index_])
        throw std::domain_error(fmt::format("member = {}: failed after {} steps (allowed: a member that did not)",
                                            member, models_.steps[index_]));
}

vae::TrainedMember TrainedVae::member() const {
    return {&run_.problem,         run_.precision,
            models_.seed,          models_.first + index_,
            models_.steps[index_], models_.parameters.data() + index_ * layout_of(run_.problem).count,
            give_up_request()};
}

TrainedVae::Draws TrainedVae::sample(const char* isa, std::uint64_t skip, std::uint64_t count) const {
    Draws draws = {std::vector<double>(count * latent()), std::vector<double>(count * dimension()),
                   std::vector<std::int64_t>(count)};
    if (!vae::sample_prior(member(), isa, skip, count, draws.z.data(), draws.cluster.data(), draws.x.data()))
        throw Interrupted{};
    for (std::int64_t& y : draws.cluster) ++y;
    if (run_.problem.likelihood == vae::Likelihood::bernoulli)
        for (double& x : draws.x) x = 1.0 / (1.0 + std::exp(-x));
    return draws;
}

TrainedVae::Encoded TrainedVae::encode(const char* isa, const std::string& data, const std::string& labels) const {
    const DataFiles files = models_.files(data, labels);
    const std::shared_ptr<const DataTable> table = data_table(files);
    if (table->dimension != dimension())
        throw std::domain_error(
            fmt::format("data = {}: has rows of {} numbers (allowed: {}, as those that the model was "
                        "trained on)",
                        data, table->dimension, dimension()));
    if (run_.problem.likelihood == vae::Likelihood::bernoulli)
        require_unit_interval(*table, "a model of likelihood bernoulli", data);
    vae::Problem problem = run_.problem;
    problem.data.law = vae::DataLaw::table;
    problem.data.size = table->rows;
    problem.data.points = problem.data.held_out_points = table->x.data();
    if (files.binarize == Binarize::sampled) problem.data.pixels = vae::Pixels::sampled;
    problem.held_out = table->rows;
    const std::uint64_t n = table->rows, l = latent(), c = classes_of(problem);
    std::vector<double> mean(n * c * l), variance(n * c * l), share(n * c), kl(n), class_kl(n), misfit(n);
    vae::TrainedMember trained = member();
    trained.problem = &problem;
    if (!vae::encode(trained, isa,
                     {mean.data(), variance.data(), share.data(), kl.data(), class_kl.data(), misfit.data()}))
        throw Interrupted{};
    Encoded encoded = {std::vector<double>(n * l),
                       std::vector<double>(n * l),
                       std::vector<double>(n * c),
                       std::vector<double>(n),
                       {},
                       table->digest};
    encoded.labels.resize(table->labels.size());
    for (std::uint64_t i = 0; i < n; ++i) {
        const std::uint64_t row = table->row_in_file[i];
        for (std::uint64_t k = 0; k < l; ++k) {
            double first = 0.0, second = 0.0;
            for (std::uint64_t y = 0; y < c; ++y) {
                const double m = mean[(i * c + y) * l + k];
                first += share[i * c + y] * m;
                second += share[i * c + y] * (m * m + variance[(i * c + y) * l + k]);
            }
            encoded.mean[row * l + k] = first;
            encoded.variance[row * l + k] = c == 1 ? variance[i * l + k] : second - first * first;
        }
        for (std::uint64_t y = 0; y < c; ++y) encoded.share[row * c + y] = share[i * c + y];
        encoded.kl[row] = kl[i] + (c == 1 ? 0.0 : class_kl[i]);
        if (!encoded.labels.empty())
            encoded.labels[row] = table->label_values[static_cast<std::size_t>(table->labels[i])];
    }
    return encoded;
}

}  // namespace modecollapse
