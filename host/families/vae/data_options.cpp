#include "host/families/vae/data_options.hpp"

#include <fmt/format.h>

#include <memory>

#include "host/families/vae/random_directions.hpp"
#include "host/options/file_choice.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {

bool names_a_law(const std::string& data) {
    for (const char* name : vae::data_names)
        if (data == name) return true;
    return false;
}

namespace {

using vae::Data;
using vae::DataLaw;
using vae::Problem;

constexpr const char* positive = "above 0, up to 1e6";

// Held-out rows first, then those that are trained on.
void resolve_files(VaeRun& run) {
    Problem& p = run.problem;
    run.table = data_table({run.data, run.labels, run.data_scaling, run.binarize});
    const DataTable& table = *run.table;
    if (p.held_out + 2 > table.rows)
        throw std::domain_error(fmt::format("held-out = {} (allowed: 2 to {} with data {} of {} rows)", p.held_out,
                                            table.rows - 2, run.data, table.rows));
    const std::uint64_t trained = table.rows - p.held_out;
    if (p.data.size > trained)
        throw std::domain_error(fmt::format("data-size = {} (allowed: 0 to {} with data {} of {} rows, {} held out)",
                                            p.data.size, trained, run.data, table.rows, p.held_out));
    if (run.dimension && *run.dimension != table.dimension)
        throw std::domain_error(
            fmt::format("dimension = {} (allowed: {} with data {})", *run.dimension, table.dimension, run.data));
    p.dimension = table.dimension;
    p.data.law = DataLaw::table;
    if (p.data.size == 0) p.data.size = trained;
    p.data.held_out_points = table.x.data();
    p.data.points = table.x.data() + p.held_out * table.dimension;
    p.data.held_out_labels = table.labels.empty() ? nullptr : table.labels.data();
    p.data.label_kinds = table.label_kinds;
    if (run.binarize == Binarize::sampled) p.data.pixels = vae::Pixels::sampled;
}

}  // namespace

OptionRows vae_data_rows() {
    constexpr auto problem = &VaeRun::problem;
    constexpr auto data = &Problem::data;
    const Need of_a_law = {"data", joined(vae::data_names)}, of_a_file = {"data", none_of + joined(vae::data_names)};
    return {
        member_row(plain_row(Kind::choice, "data", joined(vae::data_names) + "|" + any_file,
                             "what is fitted: two clusters at (0,0) and (10,10); a pinwheel of five arms; a Gaussian "
                             "with a signal in some directions; or the rows of a file, .npy or IDX, also "
                             "with .gz, or NetCDF-4"),
                   settings_member(&VaeRun::data))
            .in(Group::physics),
        number_row("data-scale", 0, 1e6,
                   "toy: standard deviation s of a cluster; pinwheel: its size; linear: that of the signal", problem,
                   data, &Data::scale)
            .in(Group::physics)
            .allowed(positive)
            .called("s", "data scale s")
            .used_with({of_a_law})
            .searched_in("0.5:10"),
        number_row("noise-scale", 0, 1e6, "linear data: standard deviation of the noise in every coordinate", problem,
                   data, &Data::noise)
            .in(Group::physics)
            .allowed(positive)
            .used_with({{"data", "linear"}}),
        number_row("signal-dimension", 1, 1024, "linear data: directions with a signal", problem, data, &Data::signal)
            .in(Group::physics)
            .used_with({{"data", "linear"}}),
        choice_row("axes", vae::axes_names,
                   "linear data: is the signal in the first coordinates, or along directions drawn at random, the same "
                   "ones in all trainings and for all seeds?",
                   &VaeRun::axes)
            .in(Group::physics)
            .called("", "axes of the signal")
            .used_with({{"data", "linear"}}),
        number_row("dimension", 1, 1024, "dimension t of the data; unless given that of the file, else 2",
                   &VaeRun::dimension)
            .in(Group::physics)
            .called("t", "dimension t of the data")
            .allowed("1 to 1024; 2 with toy and pinwheel; that of the file")
            .recorded(Record::resolved),
        number_row("data-size", 0, 1e9,
                   "data points that a training sees, drawn once; 0: fresh ones at every step, of a file all of them",
                   problem, data, &Data::size)
            .in(Group::physics)
            .allowed("0, or 1 to 1e9")
            .called("n", "data points n")
            .searched_in("log:10:10000"),
        member_row(plain_row(Kind::text, "labels", "a file: .npy or IDX, also with .gz, or NetCDF-4",
                             "the classes of the data's rows, whole numbers; of a NetCDF file its variable label, "
                             "unless given"),
                   settings_member(&VaeRun::labels))
            .in(Group::physics)
            .without_default()
            .recorded(Record::if_given)
            .used_with({of_a_file})
            .along_axes(false),
        choice_row("data-scaling", data_scaling_names,
                   "numbers as they are in the file; with the least of them 0 and the largest 1; or every coordinate "
                   "with mean 0 and variance 1",
                   &VaeRun::data_scaling)
            .in(Group::physics)
            .used_with({of_a_file}),
        choice_row("binarize", binarize_names,
                   "scaled numbers as they are; 1 above 1/2 and else 0; or 1 with the number as its probability, drawn "
                   "whenever a datum is looked at",
                   &VaeRun::binarize)
            .in(Group::physics)
            .used_with({of_a_file}),
    };
}

void require_data_of_likelihood(const VaeRun& run) {
    if (run.problem.likelihood != vae::Likelihood::bernoulli) return;
    if (!run.table)
        throw std::domain_error(
            fmt::format("likelihood = bernoulli: the data {} are any numbers "
                        "(allowed: gaussian, or --data FILE with numbers from 0 to 1)",
                        run.data));
    require_unit_interval(*run.table, "likelihood = bernoulli", run.data);
}

void resolve_data(VaeRun& run) {
    Problem& p = run.problem;
    require_positive(p.data.scale, 1e6, "data-scale", positive);
    if (!names_a_law(run.data)) return resolve_files(run);
    p.data.law = named<DataLaw>(vae::data_names, run.data);
    p.dimension = run.dimension.value_or(2);
    if (p.data.law == DataLaw::linear) {
        require_positive(p.data.noise, 1e6, "noise-scale", positive);
        if (p.data.signal > p.dimension)
            throw std::domain_error(
                fmt::format("signal-dimension = {} (allowed: 1 to the dimension {})", p.data.signal, p.dimension));
        if (run.axes == vae::Axes::random) {
            run.directions = std::make_shared<const std::vector<double>>(random_directions(p.data.signal, p.dimension));
            vae::turn_signal(p.data, run.directions->data());
        }
    } else if (p.dimension != 2) {
        throw std::domain_error(fmt::format("dimension = {} (allowed: 2 with data {})", p.dimension, run.data));
    }
}

vae::Problem problem_with_data(const Settings& settings) {
    auto run = settings.as<VaeRun>();
    if (names_a_law(run.data)) {
        run.problem.data.law = named<DataLaw>(vae::data_names, run.data);
        run.problem.dimension = run.dimension.value_or(2);
    } else {
        const auto table = data_table({run.data, run.labels, run.data_scaling, run.binarize});
        run.problem.data.law = DataLaw::table;
        run.problem.data.label_kinds = table->label_kinds;
        run.problem.dimension = table->dimension;
    }
    return run.problem;
}

std::string digest_of_data(const Settings& settings) {
    const auto run = settings.as<VaeRun>();
    return names_a_law(run.data) ? "" : data_table({run.data, run.labels, run.data_scaling, run.binarize})->digest;
}

std::string resolved_vae(const Settings& settings, const std::string& option) {
    return option == "dimension" ? fmt::format("{}", problem_with_data(settings).dimension) : "";
}

}  // namespace modecollapse
