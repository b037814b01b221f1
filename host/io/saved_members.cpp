#include "host/io/saved_members.hpp"

#include <fmt/format.h>

#include "host/io/names.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/io/netcdf_reader.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

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
    return {
        {"family", std::string("realnvp"), true},
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
        {"training_precision", std::string(flows.precision == Precision::single_precision ? "single" : "double"), true},
        {"flow_seed", fmt::format("{}", flows.seed), true},
        {"first_member", whole(flows.first), true}};
}

std::string text_of(const AttributeValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    return fmt::format("{}", std::get<std::int64_t>(value));
}

// The enumerator that an attribute names.
template <class Enum, std::size_t count>
Enum choice(const NetcdfReader& file, const std::string& path, const char* attribute,
            const char* const (&names)[count]) {
    const std::string text = file.text(attribute);
    try {
        return named<Enum>(names, text);
    } catch (const std::domain_error&) {
        throw CorruptFile(fmt::format("{}: {} = \"{}\" is unknown", path, attribute, text));
    }
}

void read_description(const NetcdfReader& file, const std::string& path, SavedMembers& flows) {
    RealnvpShape& shape = flows.training.shape;
    OptimizerSettings& optimizer = flows.training.optimizer;
    flows.target.radius = file.number("radius");
    flows.target.target_weight = file.number("target_weight");
    flows.target.weight = flows.target.target_weight;
    flows.target.beta = file.number("beta");
    flows.target.annealing.schedule = choice<Schedule>(file, path, "annealing", schedule_names);
    flows.target.annealing.initial_temperature = file.number("initial_temperature");
    flows.target.annealing.time = file.number("annealing_time");
    shape.dimension = static_cast<std::uint32_t>(file.count("dimension"));
    shape.layers = static_cast<std::uint32_t>(file.count("layers"));
    shape.width = static_cast<std::uint32_t>(file.count("width"));
    shape.depth = static_cast<std::uint32_t>(file.count("depth"));
    shape.mask = choice<CouplingMask>(file, path, "mask", coupling_mask_names);
    shape.scale_bound = file.number("scale_bound");
    optimizer.optimizer = choice<Optimizer>(file, path, "optimizer", optimizer_names);
    optimizer.learning_rate = file.number("learning_rate");
    optimizer.schedule = choice<RateSchedule>(file, path, "learning_rate_schedule", rate_schedule_names);
    optimizer.gradient_clip = file.number("gradient_clip");
    optimizer.first_decay = file.number("first_decay");
    optimizer.second_decay = file.number("second_decay");
    optimizer.epsilon = file.number("epsilon");
    flows.training.estimator = choice<RealnvpEstimator>(file, path, "estimator", realnvp_estimator_names);
    flows.training.batch = file.count("batch_size");
    flows.training.steps = file.count("horizon");
    flows.training.start_scale = file.number("start_scale");
    flows.training.evaluation_samples = file.count("evaluation_samples");
    flows.training.mode_mass_floor = file.number("mode_mass_floor");
    flows.precision =
        file.text("training_precision") == "single" ? Precision::single_precision : Precision::double_precision;
    flows.first = file.count("first_member");
    try {
        flows.seed = std::stoull(file.text("flow_seed"));
    } catch (const std::logic_error&) {
        throw CorruptFile(fmt::format("{}: flow_seed = \"{}\" is no seed", path, file.text("flow_seed")));
    }
}

SavedMembers read_here(const std::string& path) {
    const NetcdfReader file(path);
    if (!file.has_attribute("members_format"))
        throw CorruptFile(fmt::format("{}: holds no trained flows (allowed: a file of --save-flows)", path));
    const std::uint64_t version = file.count("members_format");
    if (version != members_format)
        throw CorruptFile(
            fmt::format("{}: is of format {} (allowed: {}, which this program writes)", path, version, members_format));
    SavedMembers flows;
    read_description(file, path, flows);
    try {
        realnvp_problem(flows.target, flows.training);
    } catch (const std::domain_error& error) {
        throw CorruptFile(fmt::format("{}: {}", path, error.what()));
    }
    const std::size_t members = file.dimension("member"), n = parameter_count(flows.training.shape);
    if (file.dimension("parameter") != n)
        throw CorruptFile(fmt::format("{}: holds {} parameters a member, and its shape has {}", path,
                                      file.dimension("parameter"), n));
    flows.parameters = file.numbers("parameters", members * n);
    flows.first_moment = file.numbers("first_moment", members * n);
    flows.second_moment = file.numbers("second_moment", members * n);
    for (const std::int64_t steps : file.integers("steps", members))
        flows.steps.push_back(static_cast<std::uint64_t>(steps));
    for (const std::int64_t failed : file.integers("failed", members))
        flows.failed.push_back(static_cast<std::uint8_t>(failed));
    return flows;
}

}  // namespace

SavedMembers::SavedMembers(const Problem& target_in, const Training& training_in, const TrainingRequest& request)
    : target(target_in), training(training_in), precision(request.precision), seed(request.seed), first(request.first) {
    for (auto* array : {&parameters, &first_moment, &second_moment})
        array->resize(request.members * parameter_count(training.shape));
    steps.resize(request.members);
    failed.resize(request.members);
}

RealnvpStates SavedMembers::states() {
    return {parameters.data(), first_moment.data(), second_moment.data(), steps.data(), failed.data()};
}

void write_members(const std::string& path, const SavedMembers& flows, const RunRecord& record) {
    const std::size_t n = parameter_count(flows.training.shape);
    const std::vector<std::string> table = {"member", "parameter"};
    std::vector<std::int64_t> ids;
    for (std::uint64_t i = 0; i < flows.members(); ++i) ids.push_back(static_cast<std::int64_t>(flows.first + i));
    Dataset dataset;
    dataset.dimensions = {{"member", flows.members()}, {"parameter", n}};
    dataset.variables = {{"member", {"member"}, ids, {{"units", "1"}, {"long_name", "id of the member"}}},
                         {"parameters", table, flows.parameters, {{"units", "1"}, {"long_name", "weights and biases"}}},
                         {"first_moment",
                          table,
                          flows.first_moment,
                          {{"units", "1"}, {"long_name", "first moment of the gradient (adam)"}}},
                         {"second_moment",
                          table,
                          flows.second_moment,
                          {{"units", "1"}, {"long_name", "second moment of the gradient (adam)"}}},
                         {"steps",
                          {"member"},
                          std::vector<std::int64_t>(flows.steps.begin(), flows.steps.end()),
                          {{"units", "1"}, {"long_name", "steps of training made"}}},
                         {"failed",
                          {"member"},
                          std::vector<std::int8_t>(flows.failed.begin(), flows.failed.end()),
                          {{"units", "1"}, {"long_name", "1: ended by a non-finite step"}}}};
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
            throw std::domain_error(fmt::format("{} = {}, and {} was trained with {} (allowed: the same training)",
                                                now[i].name, text_of(now[i].value), path, text_of(before[i].value)));
    if (saved.members() != wanted.members())
        throw std::domain_error(fmt::format("trajectories = {}, and {} holds {} (allowed: the same number)",
                                            wanted.members(), path, saved.members()));
    for (const std::uint64_t steps : saved.steps)
        if (steps > wanted.training.steps)
            throw std::domain_error(fmt::format("horizon = {}, and {} has made {} steps (allowed: that many or more)",
                                                wanted.training.steps, path, steps));
}

}  // namespace modecollapse
