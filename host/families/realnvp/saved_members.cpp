#include "host/families/realnvp/saved_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

[[noreturn]] void fail(const DatasetLookup& file, const std::string& what) {
    throw CorruptFile(fmt::format("{}: {}", file.path(), what));
}

// The enumerator that an attribute names.
template <class Enum, std::size_t count>
Enum choice(const DatasetLookup& file, const char* attribute, const char* const (&names)[count]) {
    const std::string& text = file.text(attribute);
    try {
        return named<Enum>(names, text);
    } catch (const std::domain_error&) {
        fail(file, fmt::format("{} = \"{}\" is unknown (allowed: {})", attribute, text, joined(names)));
    }
}

// The ranges of what stands here are realnvp_problem's to check; these are those of the types.
void read_description(const DatasetLookup& file, SavedMembers& flows) {
    constexpr std::uint64_t most_small = std::numeric_limits<std::uint32_t>::max(), most = std::uint64_t{1} << 53;
    const auto small = [&](const char* name) { return static_cast<std::uint32_t>(file.count(name, most_small)); };
    if (file.text("family") != "realnvp") fail(file, "family is " + file.text("family") + ", not realnvp");
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

// What the engine takes without a look: finite numbers of every member that did not fail.
void require_sound(const DatasetLookup& file, const SavedMembers& flows, const std::vector<std::int64_t>& ids) {
    const std::uint64_t members = flows.members();
    const std::size_t n = parameter_count(flows.training.shape);
    for (std::uint64_t i = 0; i < members; ++i) {
        if (flows.failed[i] > 1)
            fail(file, fmt::format("failed = {} of member {} is neither 0 nor 1", flows.failed[i], i));
        if (flows.steps[i] > most_training_steps)
            fail(file, fmt::format("steps of member {} are out of range (allowed: 0 to {})", i, most_training_steps));
        if (ids[i] < 0 || static_cast<std::uint64_t>(ids[i]) != flows.first + i)
            fail(file, fmt::format("member = {} is not the id that follows", ids[i]));
        if (flows.failed[i]) continue;
        for (const auto* array : {&flows.parameters, &flows.first_moment, &flows.second_moment}) {
            const auto begin = array->begin() + static_cast<std::ptrdiff_t>(i * n);
            if (!std::all_of(begin, begin + static_cast<std::ptrdiff_t>(n), [](double x) { return std::isfinite(x); }))
                fail(file, fmt::format("member {} did not fail, and has numbers that are not finite", ids[i]));
        }
    }
}

// An older file, or a newer one, is no damage.
void require_version(const DatasetLookup& file) {
    if (!file.has_attribute("members_format") && !file.has_attribute(first_format))
        fail(file, "holds no trained flows (allowed: a file of --save-flows)");
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
        fail(file, error.what());
    }
    const std::size_t n = parameter_count(flows.training.shape);
    if (file.dimension("parameter") != n)
        fail(file, fmt::format("holds {} parameters a member, and its shape has {}", file.dimension("parameter"), n));
    if (file.dimension("member") == 0) fail(file, "holds no member");
    const std::vector<std::string> list = {"member"}, table = {"member", "parameter"};
    flows.parameters = file.values<double>("parameters", table);
    flows.first_moment = file.values<double>("first_moment", table);
    flows.second_moment = file.values<double>("second_moment", table);
    for (const std::int64_t steps : file.values<std::int64_t>("steps", list))
        flows.steps.push_back(static_cast<std::uint64_t>(steps));  // a negative one becomes one that is too large
    for (const std::int8_t failed : file.values<std::int8_t>("failed", list))
        flows.failed.push_back(static_cast<std::uint8_t>(failed));
    require_sound(file, flows, file.values<std::int64_t>("member", list));
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
