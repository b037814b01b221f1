#include "host/families/vae/trained_vae.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/families/encoder_options.hpp"
#include "host/families/vae/data_options.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr double bytes_of_a_number = 100.0;  // datum and reconstruction, as numbers and as text

// The training's networks, with a stand-in for its data: no file is read.
VaeRun networks_of(const SavedModels& models) {
    const OptionRows& of_data = vae_data_rows();
    const auto says_what_is_fitted = [&](const std::string& name) {
        return name != "dimension" &&
               std::any_of(of_data.begin(), of_data.end(), [&](const OptionRow& row) { return row.name == name; });
    };
    return vae_networks(models.training(says_what_is_fitted, {{"data", "linear"}}).settings());
}

// How the training's data were read: file (of them, or another), scaling, binarization. Throws std::domain_error for a choice
// unknown.
DataFiles files_of(const SavedModels& models, const std::string& data, const std::string& labels) {
    DataFiles files = {data, labels};
    const std::string scaling = models.option("data-scaling"), binarize = models.option("binarize");
    if (!scaling.empty()) files.scaling = named<DataScaling>(data_scaling_names, scaling);
    if (!binarize.empty()) files.binarize = named<Binarize>(binarize_names, binarize);
    return files;
}

SavedModels asked(const Configuration& options) {
    const VaeRun run = vae_run(options.settings());
    return {vae_models, options, run.problem.steps, run.table ? run.table->digest : ""};
}

std::uint64_t parameters_of(const SavedModels& models) {
    files_of(models, "", "");
    return layout_of(networks_of(models).problem).count;
}

}  // namespace

const ModelsFamily vae_models = {"vae", asked, parameters_of};

TrainedVae::TrainedVae(const SavedModels& models, const std::string& path, std::uint64_t member)
    : models_(models), run_(networks_of(models)), index_(place_of(models, member, path)) {}

vae::TrainedMember TrainedVae::member() const {
    return {&run_.problem,         run_.precision,
            models_.seed,          models_.first + index_,
            models_.steps[index_], models_.parameters.data() + index_ * layout_of(run_.problem).count,
            give_up_request()};
}

TrainedVae::Draws TrainedVae::sample(const char* isa, std::uint64_t skip, std::uint64_t count) const {
    require_draws(skip, count, vae::normal_blocks(run_.problem.latent), vae::first_draw_block);
    Draws draws = {std::vector<double>(count * latent()), std::vector<double>(count * dimension()),
                   std::vector<std::int64_t>(count)};
    if (!vae::sample_prior(member(), isa, skip, count, draws.z.data(), draws.cluster.data(), draws.x.data()))
        throw Interrupted{};
    for (std::int64_t& y : draws.cluster) ++y;
    make_means(draws.x);
    return draws;
}

void TrainedVae::make_means(std::vector<double>& f) const {
    if (run_.problem.likelihood != vae::Likelihood::bernoulli) return;
    for (double& x : f) x = 1.0 / (1.0 + std::exp(-x));
}

struct TrainedVae::Codes {
    std::shared_ptr<const DataTable> table;
    std::vector<double> mean, variance;  // (n, c, l): of q(z|x,y)
    std::vector<double> share;           // (n, c): q(y|x)
    std::vector<double> kl, class_kl;    // (n): as in vae::Evaluation
    std::vector<double> x;               // (n, t): the data as the encoder saw them, if asked for

    std::int64_t label(std::uint64_t i) const {
        return table->label_values[static_cast<std::size_t>(table->labels[i])];
    }
};

TrainedVae::Codes TrainedVae::codes_of(const char* isa, const std::string& data, const std::string& labels,
                                       KeepData keep_data) const {
    const DataFiles files = files_of(models_, data, labels);
    Codes codes;
    codes.table = data_table(files);
    const DataTable& table = *codes.table;
    if (table.dimension != dimension())
        throw std::domain_error(
            fmt::format("data = {}: has rows of {} numbers (allowed: {}, as those that the model was "
                        "trained on)",
                        data, table.dimension, dimension()));
    if (run_.problem.likelihood == vae::Likelihood::bernoulli)
        require_unit_interval(table, "a model of likelihood bernoulli", data);
    vae::Problem problem = run_.problem;
    problem.data.law = vae::DataLaw::table;
    problem.data.size = table.rows;
    problem.data.points = problem.data.held_out_points = table.x.data();
    if (files.binarize == Binarize::sampled) problem.data.pixels = vae::Pixels::sampled;
    problem.held_out = table.rows;
    const std::uint64_t n = table.rows, l = latent(), c = classes_of(problem);
    codes.mean.resize(n * c * l);
    codes.variance.resize(n * c * l);
    codes.share.resize(n * c);
    codes.kl.resize(n);
    codes.class_kl.resize(n);
    if (keep_data == KeepData::yes) codes.x.resize(n * dimension());
    vae::TrainedMember trained = member();
    trained.problem = &problem;
    if (!vae::encode(trained, isa,
                     {codes.mean.data(), codes.variance.data(), codes.share.data(), codes.kl.data(),
                      codes.class_kl.data(), nullptr},
                     keep_data == KeepData::yes ? codes.x.data() : nullptr))
        throw Interrupted{};
    return codes;
}

TrainedVae::Encoded TrainedVae::encode(const char* isa, const std::string& data, const std::string& labels) const {
    const Codes codes = codes_of(isa, data, labels, KeepData::no);
    const DataTable& table = *codes.table;
    const std::uint64_t n = table.rows, l = latent(), c = classes_of(run_.problem);
    Encoded encoded = {std::vector<double>(n * l),
                       std::vector<double>(n * l),
                       std::vector<double>(n * c),
                       std::vector<double>(n),
                       {},
                       table.digest};
    encoded.labels.resize(table.labels.size());
    for (std::uint64_t i = 0; i < n; ++i) {
        const std::uint64_t row = table.row_in_file[i];
        for (std::uint64_t k = 0; k < l; ++k) {
            double first = 0.0, second = 0.0;
            for (std::uint64_t y = 0; y < c; ++y) {
                const double m = codes.mean[(i * c + y) * l + k];
                first += codes.share[i * c + y] * m;
                second += codes.share[i * c + y] * (m * m + codes.variance[(i * c + y) * l + k]);
            }
            encoded.mean[row * l + k] = first;
            encoded.variance[row * l + k] = c == 1 ? codes.variance[i * l + k] : second - first * first;
        }
        for (std::uint64_t y = 0; y < c; ++y) encoded.share[row * c + y] = codes.share[i * c + y];
        encoded.kl[row] = codes.kl[i] + (c == 1 ? 0.0 : codes.class_kl[i]);
        if (!encoded.labels.empty()) encoded.labels[row] = codes.label(i);
    }
    return encoded;
}

TrainedVae::Reconstructed TrainedVae::reconstruct(const char* isa, const std::string& data, const std::string& labels,
                                                  std::uint64_t rows) const {
    const std::shared_ptr<const DataTable> read = data_table(files_of(models_, data, labels));
    const DataTable& table = *read;
    if (rows > table.rows)
        throw std::domain_error(fmt::format("rows = {}: {} has fewer (allowed: 1 to {})", rows, data, table.rows));
    const std::uint64_t n = rows == 0 ? table.rows : rows, l = latent(), t = dimension(), c = classes_of(run_.problem);
    require_memory(fmt::format("reconstruct of {} rows (--rows takes fewer)", n),
                   bytes_of_a_number * static_cast<double>(n * (t + l)));
    const Codes codes = codes_of(isa, data, labels, KeepData::yes);
    std::vector<std::uint64_t> place(n);  // in the table
    for (std::uint64_t i = 0; i < table.rows; ++i)
        if (table.row_in_file[i] < n) place[table.row_in_file[i]] = i;
    Reconstructed made = {
        std::vector<double>(n * t), std::vector<double>(n * t), std::vector<double>(n), {}, table.digest};
    std::vector<double> z(n * l), f(n * t);
    for (std::uint64_t y = 0; y < c; ++y) {
        for (std::uint64_t row = 0; row < n; ++row)
            std::copy_n(codes.mean.data() + (place[row] * c + y) * l, l, z.data() + row * l);
        if (!vae::decode(member(), isa, n, z.data(), f.data())) throw Interrupted{};
        make_means(f);
        for (std::uint64_t row = 0; row < n; ++row)
            for (std::uint64_t k = 0; k < t; ++k)
                made.mean[row * t + k] += codes.share[place[row] * c + y] * f[row * t + k];
    }
    if (!table.labels.empty()) made.labels.resize(n);
    for (std::uint64_t row = 0; row < n; ++row) {
        std::copy_n(codes.x.data() + place[row] * t, t, made.x.data() + row * t);
        for (std::uint64_t k = row * t; k < (row + 1) * t; ++k)
            made.squared_error[row] += (made.x[k] - made.mean[k]) * (made.x[k] - made.mean[k]);
        if (!table.labels.empty()) made.labels[row] = codes.label(place[row]);
    }
    return made;
}

}  // namespace modecollapse
