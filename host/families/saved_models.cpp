#include "host/families/saved_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host/families/sequence_vae/trained_sequence_vae.hpp"
#include "host/families/vae/trained_vae.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_table.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr const char *format_name = "models_format", *family_attribute = "models_family", *words_name = "word";
constexpr const char* prefix = "option_";  // of an option's attribute

const ModelsFamily& models_family(const std::string& name) {
    for (const ModelsFamily* family : {&vae_models, &sequence_models})
        if (name == family->name) return *family;
    throw std::domain_error("no models of the family " + name + " are saved");
}

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
    for (const OptionRow* row : option_rows(probability_command, models.family->name))
        if (is_kept(*row) && file.has_attribute(attribute_of(row->name)))
            models.options[row->name] = file.text(attribute_of(row->name));
}

void read_words(const Dataset& dataset, const DatasetLookup& file, SavedModels& models) {
    for (const auto& [name, size] : dataset.dimensions)
        if (name == words_name) models.words = file.values<std::string>(words_name, {words_name});
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
    try {
        models.family = &models_family(file.has_attribute(family_attribute) ? file.text(family_attribute) : "vae");
        models.seed = file.seed("training_seed");
        models.first = file.count("first_member", std::uint64_t{1} << 53);
        models.data_digest = file.text("data_digest");
        if (models.data_digest == "none") models.data_digest.clear();
        read_options(file, models);
        read_words(dataset, file, models);
        read_states(file, models.family->parameters(models), models);
    } catch (const UsageError& error) {
        file.fail(error.what());
    } catch (const std::domain_error& error) {
        file.fail(error.what());
    }
    return models;
}

}  // namespace

SavedModels::SavedModels(const ModelsFamily& of, const Configuration& given, std::uint64_t steps,
                         const std::string& digest)
    : family(&of), seed(given.seed()), horizon(steps), data_digest(digest) {
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

Configuration SavedModels::training(const std::function<bool(const std::string& option)>& without,
                                    const std::map<std::string, std::string>& others) const {
    std::map<std::string, GivenValue> given = {{"family", {family->name, ""}}};
    for (const auto& [name, text] : others) given[name] = {text, ""};
    for (const auto& [name, text] : options)
        if (!without(name)) given[name] = {text, fmt::format("{} = {}", name, text)};
    Configuration configuration(probability_command, "probability", given);
    configuration.refuse_unused();
    return configuration;
}

std::string SavedModels::option(const std::string& name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
}

void write_models(const std::string& path, const SavedModels& models, const RunRecord& record) {
    Dataset dataset = dataset_of(models);
    dataset.attributes = provenance_attributes(record);
    dataset.attributes.emplace_back(format_name, static_cast<std::int64_t>(models_format));
    if (models.family != &vae_models) dataset.attributes.emplace_back(family_attribute, models.family->name);
    dataset.attributes.emplace_back("training_seed", fmt::format("{}", models.seed));
    dataset.attributes.emplace_back("first_member", static_cast<std::int64_t>(models.first));
    dataset.attributes.emplace_back("data_digest", models.data_digest.empty() ? "none" : models.data_digest);
    for (const auto& [name, text] : models.options) dataset.attributes.emplace_back(attribute_of(name), text);
    if (!models.words.empty()) {
        dataset.dimensions.emplace_back(words_name, models.words.size());
        dataset.variables.push_back({words_name,
                                     {words_name},
                                     models.words,
                                     {{"units", "1"}, {"long_name", "words of the text, by their ids"}}});
    }
    write_netcdf(path, dataset);
}

SavedModels read_models(const std::string& path) {
    SavedModels models;
    run_on_watching_thread([&] { models = read_here(path); });
    return models;
}

std::uint64_t place_of(const SavedModels& models, std::uint64_t member, const std::string& path) {
    const std::uint64_t index = member - models.first;
    if (member < models.first || index >= models.members())
        throw std::domain_error(fmt::format("member = {}: is not in {} (allowed: {} to {})", member, path, models.first,
                                            models.first + models.members() - 1));
    if (models.failed[index])
        throw std::domain_error(fmt::format("member = {}: failed after {} steps (allowed: a member that did not)",
                                            member, models.steps[index]));
    return index;
}

void require_same_training(const SavedModels& saved, const SavedModels& wanted, const std::string& path) {
    require_trained_with("family", wanted.family->name, saved.family->name, path);
    for (const OptionRow* row : option_rows(probability_command, wanted.family->name))
        if (is_kept(*row) && !only_reads_the_outcome(*row, wanted))
            require_trained_with(row->name, wanted.option(row->name), saved.option(row->name), path);
    require_trained_with("seed", fmt::format("{}", wanted.seed), fmt::format("{}", saved.seed), path);
    require_trained_with("data", wanted.data_digest, saved.data_digest, path);
    require_goes_on(saved, wanted.members(), wanted.horizon, path);
}

SavedModels ModelsFormat::asked(const Configuration& options,
                                const std::function<void(std::uint64_t, std::uint64_t)>& room) {
    SavedModels models = models_family(options.family()).asked(options);
    const auto members = static_cast<std::uint64_t>(options.integer("trajectories"));
    const std::uint64_t parameters = models.family->parameters(models);
    room(members, parameters);
    models.resize(members, parameters);
    return models;
}

const SavedMemberFiles& files_of_models() {
    static const SavedFilesOf<ModelsFormat> files;
    return files;
}

}  // namespace modecollapse
