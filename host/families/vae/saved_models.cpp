#include "host/families/vae/saved_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host/families/vae/data_options.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_table.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr const char* family_name = "vae";
constexpr const char* format_name = "models_format";
constexpr const char* prefix = "option_";  // of an option's attribute

// Does its value reach the training, or what is seen of it?
bool is_kept(const OptionRow& row) { return row.member.owner != typeid(void) || row.name == "precision"; }

std::string normal_text(const OptionRow& row, const std::string& text) {
    const bool number = row.kind == Kind::number || row.kind == Kind::integer;
    return number ? text_of_number(parse_number(text)) : text;
}

std::string attribute_of(const std::string& option) {
    std::string name = prefix + option;
    for (char& c : name)
        if (c == '-') c = '_';
    return name;
}

// Is it the same training with another value? Held-out data of a file are left out of the training.
bool only_reads_the_outcome(const OptionRow& row, const SavedModels& models) {
    if (row.name == "held-out") return models.data_digest.empty();
    if (row.name == "horizon") return models.options.at("learning-rate-schedule") == "constant";
    const bool of_a_file = row.name == "data" || row.name == "labels";  // the digest tells
    return row.group == Group::outcome || (of_a_file && !models.data_digest.empty());
}

void read_options(const DatasetLookup& file, SavedModels& models) {
    for (const OptionRow* row : option_rows(probability_command, family_name))
        if (is_kept(*row) && file.has_attribute(attribute_of(row->name)))
            models.options[row->name] = file.text(attribute_of(row->name));
}

SavedModels read_here(const std::string& path) {
    const Dataset dataset = read_unchecked_netcdf(path);
    const DatasetLookup file(dataset, path);
    if (!file.has_attribute(format_name)) file.fail("holds no trained models (allowed: a file of --save-models)");
    const std::uint64_t format = file.count(format_name, std::numeric_limits<std::int32_t>::max());
    if (format != models_format)
        throw OtherVersion(fmt::format("{}: is of format {}, written by modecollapse {} (this one reads format {})",
                                       path, format, file.text("version"), models_format));
    require_content(dataset, path);
    SavedModels models;
    models.seed = file.seed("training_seed");
    models.first = file.count("first_member", std::uint64_t{1} << 53);
    models.data_digest = file.text("data_digest");
    if (models.data_digest == "none") models.data_digest.clear();
    read_options(file, models);
    try {
        read_states(file, layout_of(models.networks().problem).count, models);
        models.files("", "");
    } catch (const UsageError& error) {
        file.fail(error.what());
    } catch (const std::domain_error& error) {
        file.fail(error.what());
    }
    return models;
}

}  // namespace

SavedModels::SavedModels(const Configuration& given, const VaeRun& run)
    : seed(given.seed()), horizon(run.problem.steps), data_digest(run.table ? run.table->digest : "") {
    const std::map<std::string, std::string> resolved = resolved_values(given);
    for (const OptionRow* row : given.rows()) {
        if (!is_kept(*row) || !given.uses(row->name)) continue;
        const auto value = resolved.find(row->name);
        if (given.has(row->name))
            options[row->name] = normal_text(*row, given.text(row->name));
        else if (value != resolved.end())
            options[row->name] = value->second;
    }
}

TrainingStates SavedModels::states() {
    return {parameters.data(), first_moment.data(), second_moment.data(), steps.data(), failed.data()};
}

VaeRun SavedModels::networks() const {
    const OptionRows& of_data = vae_data_rows();
    const auto says_what_is_fitted = [&](const std::string& name) {
        return std::any_of(of_data.begin(), of_data.end(), [&](const OptionRow& row) { return row.name == name; });
    };
    std::map<std::string, GivenValue> given = {{"family", {family_name, ""}}, {"data", {"linear", ""}}};
    for (const auto& [name, text] : options)
        if (!says_what_is_fitted(name) || name == "dimension") given[name] = {text, fmt::format("{} = {}", name, text)};
    const Configuration configuration(probability_command, "probability", given);
    configuration.refuse_unused();
    return vae_networks(configuration.settings());
}

DataFiles SavedModels::files(const std::string& data, const std::string& labels) const {
    DataFiles files = {data, labels};
    const auto scaling = options.find("data-scaling"), binarize = options.find("binarize");
    if (scaling != options.end()) files.scaling = named<DataScaling>(data_scaling_names, scaling->second);
    if (binarize != options.end()) files.binarize = named<Binarize>(binarize_names, binarize->second);
    return files;
}

void write_models(const std::string& path, const SavedModels& models, const RunRecord& record) {
    Dataset dataset = dataset_of(models);
    dataset.attributes = provenance_attributes(record);
    dataset.attributes.emplace_back(format_name, static_cast<std::int64_t>(models_format));
    dataset.attributes.emplace_back("training_seed", fmt::format("{}", models.seed));
    dataset.attributes.emplace_back("first_member", static_cast<std::int64_t>(models.first));
    dataset.attributes.emplace_back("data_digest", models.data_digest.empty() ? "none" : models.data_digest);
    for (const auto& [name, text] : models.options) dataset.attributes.emplace_back(attribute_of(name), text);
    write_netcdf(path, dataset);
}

SavedModels read_models(const std::string& path) {
    SavedModels models;
    run_on_watching_thread([&] { models = read_here(path); });
    return models;
}

void require_same_training(const SavedModels& saved, const SavedModels& wanted, const std::string& path) {
    const auto value = [](const SavedModels& models, const std::string& name) {
        const auto found = models.options.find(name);
        return found == models.options.end() ? std::string() : found->second;
    };
    for (const OptionRow* row : option_rows(probability_command, family_name))
        if (is_kept(*row) && !only_reads_the_outcome(*row, wanted))
            require_trained_with(row->name, value(wanted, row->name), value(saved, row->name), path);
    require_trained_with("seed", fmt::format("{}", wanted.seed), fmt::format("{}", saved.seed), path);
    require_trained_with("data", wanted.data_digest, saved.data_digest, path);
    require_goes_on(saved, wanted.members(), wanted.horizon, path);
}

}  // namespace modecollapse
