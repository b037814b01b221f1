#include "host/families/realnvp/saved_members.hpp"

#include <fmt/format.h>

#include <limits>

#include "host/io/names.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/io/netcdf_reader.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr const char* precision_names[] = {"double", "single"};  // of Precision, as on the command line
constexpr const char* first_format = "flow_format";              // how format 1 called its number

template <std::size_t count, class Enum>
std::string name_of(const char* const (&names)[count], Enum value) {
    return names[static_cast<std::size_t>(value)];
}

// One entry of the description of a training: every number and choice that shapes it, by its name in the file.
struct Entry {
    std::string name;
    AttributeValue value;
    bool shapes_training;  // must be equal for the training to go on
};

std::vector<Entry> describe(const SavedMembers& flows) {
    const RealnvpShape& shape = flows.training.shape;
    const OptimizerSettings& optimizer = flows.training.optimizer;
    const auto whole = [](std::uint64_t x) { return static_cast<std::int64_t>(x); };
    const bool scheduled = optimizer.schedule != RateSchedule::constant;
    return {{"family", std::string("realnvp"), true},
            {"radius", flows.target.radius, true},
            {"target_weight", flows.target.target_weight, true},
            {"beta", flows.target.beta, true},
            {"annealing", std::string(name_of(schedule_names, flows.target.annealing.schedule)), true},
            {"initial_temperature", flows.target.annealing.initial_temperature, true},
            {"annealing_time", flows.target.annealing.time, true},
            {"dimension", whole(shape.dimension), true},
            {"layers", whole(shape.layers), true},
            {"width", whole(shape.width), true},
            {"depth", whole(shape.depth), true},
            {"mask", name_of(coupling_mask_names, shape.mask), true},
            {"scale_bound", shape.scale_bound, true},
            {"optimizer", name_of(optimizer_names, optimizer.optimizer), true},
            {"learning_rate", optimizer.learning_rate, true},
            {"learning_rate_schedule", name_of(rate_schedule_names, optimizer.schedule), true},
            {"gradient_clip", optimizer.gradient_clip, true},
            {"first_decay", optimizer.first_decay, true},
            {"second_decay", optimizer.second_decay, true},
            {"epsilon", optimizer.epsilon, true},
            {"estimator", name_of(realnvp_estimator_names, flows.training.estimator), true},
            {"batch_size", whole(flows.training.batch), true},
            {"horizon", whole(flows.training.steps), scheduled},
            {"start_scale", flows.training.start_scale, true},
            {"evaluation_samples", whole(flows.training.evaluation_samples), false},
            {"mode_mass_floor", flows.training.mode_mass_floor, false},
            {"training_precision", name_of(precision_names, flows.precision), true},
            {"training_seed", fmt::format("{}", flows.seed), true},
            {"first_member", whole(flows.first), true}};
}

std::string text_of(const AttributeValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    return fmt::format("{}", std::get<std::int64_t>(value));
}

// The enumerator that an attribute names.
template <class Enum, std::size_t count>
Enum choice(const DatasetLookup& file, const char* attribute, const char* const (&names)[count]) {
    const std::string& text = file.text(attribute);
    try {
        return named<Enum>(names, text);
    } catch (const std::domain_error&) {
        file.fail(fmt::format("{} = \"{}\" is unknown (allowed: {})", attribute, text, joined(names)));
    }
}

// The ranges of what stands here are realnvp_problem's to check; these are those of the types.
void read_description(const DatasetLookup& file, SavedMembers& flows) {
    constexpr std::uint64_t most_small = std::numeric_limits<std::uint32_t>::max(), most = std::uint64_t{1} << 53;
    const auto small = [&](const char* name) { return static_cast<std::uint32_t>(file.count(name, most_small)); };
    if (file.text("family") != "realnvp") file.fail("family is " + file.text("family") + ", not realnvp");
    RealnvpShape& shape = flows.training.shape;
    OptimizerSettings& optimizer = flows.training.optimizer;
    flows.target.radius = file.number("radius");
    flows.target.target_weight = file.number("target_weight");
    flows.target.weight = flows.target.target_weight;
    flows.target.beta = file.number("beta");
    flows.target.annealing.schedule = choice<Schedule>(file, "annealing", schedule_names);
    flows.target.annealing.initial_temperature = file.number("initial_temperature");
    flows.target.annealing.time = file.number("annealing_time");
    shape.dimension = small("dimension");
    shape.layers = small("layers");
    shape.width = small("width");
    shape.depth = small("depth");
    shape.mask = choice<CouplingMask>(file, "mask", coupling_mask_names);
    shape.scale_bound = file.number("scale_bound");
    optimizer.optimizer = choice<Optimizer>(file, "optimizer", optimizer_names);
    optimizer.learning_rate = file.number("learning_rate");
    optimizer.schedule = choice<RateSchedule>(file, "learning_rate_schedule", rate_schedule_names);
    optimizer.gradient_clip = file.number("gradient_clip");
    optimizer.first_decay = file.number("first_decay");
    optimizer.second_decay = file.number("second_decay");
    optimizer.epsilon = file.number("epsilon");
    flows.training.estimator = choice<Estimator>(file, "estimator", realnvp_estimator_names);
    flows.training.batch = file.count("batch_size", most);
    flows.training.steps = file.count("horizon", most);
    flows.training.start_scale = file.number("start_scale");
    flows.training.evaluation_samples = file.count("evaluation_samples", most);
    flows.training.mode_mass_floor = file.number("mode_mass_floor");
    flows.precision = choice<Precision>(file, "training_precision", precision_names);
    flows.first = file.count("first_member", most);
    flows.seed = file.seed("training_seed");
}

// An older file, or a newer one, is no damage.
void require_version(const DatasetLookup& file) {
    if (!file.has_attribute("members_format") && !file.has_attribute(first_format))
        file.fail("holds no trained flows (allowed: a file of --save-flows)");
    const std::uint64_t format = file.count(file.has_attribute("members_format") ? "members_format" : first_format,
                                            std::numeric_limits<std::int32_t>::max());
    if (format == members_format) return;
    throw OtherVersion(fmt::format(
        "{}: is of format {}, written by modecollapse {}; sample it or train it on with that version (this one "
        "reads format {})",
        file.path(), format, file.text("version"), members_format));
}

SavedMembers read_here(const std::string& path) {
    const Dataset dataset = read_unchecked_netcdf(path);
    const DatasetLookup file(dataset, path);
    require_version(file);
    require_content(dataset, path);
    SavedMembers flows;
    read_description(file, flows);
    try {
        realnvp_problem(flows.target, flows.training);
    } catch (const std::domain_error& error) {
        file.fail(error.what());
    }
    read_states(file, parameter_count(flows.training.shape), flows);
    return flows;
}

}  // namespace

SavedMembers::SavedMembers(const Problem& target_in, const Training& training_in, const TrainingRequest& request)
    : target(target_in), training(training_in), precision(request.precision), seed(request.seed) {
    first = request.first;
    resize(request.members, parameter_count(training.shape));
}

RealnvpStates SavedMembers::states() {
    return {parameters.data(), first_moment.data(), second_moment.data(), steps.data(), failed.data()};
}

void write_members(const std::string& path, const SavedMembers& flows, const RunRecord& record) {
    Dataset dataset = dataset_of(flows);
    dataset.attributes = provenance_attributes(record);
    dataset.attributes.emplace_back("members_format", static_cast<std::int64_t>(members_format));
    for (const Entry& entry : describe(flows)) dataset.attributes.emplace_back(entry.name, entry.value);
    write_netcdf(path, dataset);
}

SavedMembers read_members(const std::string& path) {
    SavedMembers flows;
    run_on_watching_thread([&] { flows = read_here(path); });
    return flows;
}

void require_same_training(const SavedMembers& saved, const SavedMembers& wanted, const std::string& path) {
    const std::vector<Entry> before = describe(saved), now = describe(wanted);
    for (std::size_t i = 0; i < before.size(); ++i)
        if (before[i].shapes_training && before[i].value != now[i].value)
            require_trained_with(now[i].name, text_of(now[i].value), text_of(before[i].value), path);
    require_goes_on(saved, wanted.members(), wanted.training.steps, path);
}

}  // namespace modecollapse
