#include "host/families/realnvp/saved_members.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "host/families/mode_options.hpp"
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

std::string digest_of(const PlacedModes& modes) {
    ModePoints rows = modes.modes();
    rows.push_back(modes.weights());
    return digest_of_rows(rows);
}

std::vector<Entry> describe(const SavedMembers& flows) {
    const RealnvpShape& shape = flows.training.shape;
    const OptimizerSettings& optimizer = flows.training.optimizer;
    const auto whole = [](std::uint64_t x) { return static_cast<std::int64_t>(x); };
    const bool scheduled = optimizer.schedule != RateSchedule::constant;
    std::vector<Entry> entries = {{"family", std::string("realnvp"), true}};
    if (flows.modes)
        entries.push_back({"target_digest", digest_of(*flows.modes), true});
    else
        for (const Entry& entry :
             {Entry{"radius", flows.target.radius, true}, Entry{"target_weight", flows.target.target_weight, true}})
            entries.push_back(entry);
    const std::vector<Entry> others = {
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
    entries.insert(entries.end(), others.begin(), others.end());
    return entries;
}

// The target, as variables: its modes in R^d and their weights.
void add_modes(const PlacedModes& modes, Dataset& dataset) {
    std::vector<double> coordinates;
    for (const std::vector<double>& mode : modes.modes())
        coordinates.insert(coordinates.end(), mode.begin(), mode.end());
    dataset.dimensions.emplace_back("mode", modes.weights().size());
    dataset.dimensions.emplace_back("coordinate", modes.modes().front().size());
    dataset.variables.push_back(
        {"modes", {"mode", "coordinate"}, coordinates, {{"units", "1"}, {"long_name", "modes of the target"}}});
    dataset.variables.push_back(
        {"mode_weights", {"mode"}, modes.weights(), {{"units", "1"}, {"long_name", "weights of the modes"}}});
}

std::shared_ptr<const PlacedModes> modes_in(const DatasetLookup& file) {
    const std::size_t count = file.dimension("mode"), d = file.dimension("coordinate");
    const std::vector<double>& coordinates = file.values<double>("modes", {"mode", "coordinate"});
    const std::vector<double>& weights = file.values<double>("mode_weights", {"mode"});
    double sum = 0.0;
    for (const double weight : weights) sum += weight > 0.0 ? weight : std::numeric_limits<double>::quiet_NaN();
    if (!(std::fabs(sum - 1.0) <= 1e-6)) file.fail("mode_weights are not above 0 with a sum of 1");
    if (count > static_cast<std::size_t>(components::most_components) || d > largest_realnvp_dimension || d == 0)
        file.fail(fmt::format("holds {} modes of {} coordinates", count, d));
    ModePoints rows;
    for (std::size_t k = 0; k < count; ++k)
        rows.emplace_back(coordinates.begin() + static_cast<std::ptrdiff_t>(k * d),
                          coordinates.begin() + static_cast<std::ptrdiff_t>((k + 1) * d));
    for (const double x : coordinates)
        if (!(std::fabs(x) <= 1e9)) file.fail("has a mode that is nowhere");
    return std::make_shared<PlacedModes>(rows, weights);
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
    if (!flows.modes) {
        flows.target.radius = file.number("radius");
        flows.target.target_weight = file.number("target_weight");
    }
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

// The format of the file. An older one, or a newer one, is no damage.
std::uint64_t known_format(const DatasetLookup& file) {
    if (!file.has_attribute("members_format") && !file.has_attribute(first_format))
        file.fail("holds no trained flows (allowed: a file of --save-flows)");
    const std::uint64_t format = file.count(file.has_attribute("members_format") ? "members_format" : first_format,
                                            std::numeric_limits<std::int32_t>::max());
    if (format == members_format || format == format_with_modes) return format;
    throw OtherVersion(fmt::format(
        "{}: is of format {}, written by modecollapse {}; sample it or train it on with that version (this one "
        "reads formats {} and {})",
        file.path(), format, file.text("version"), members_format, format_with_modes));
}

SavedMembers read_here(const std::string& path) {
    const Dataset dataset = read_unchecked_netcdf(path);
    const DatasetLookup file(dataset, path);
    const std::uint64_t format = known_format(file);
    require_content(dataset, path);
    SavedMembers flows;
    try {
        if (format == format_with_modes) flows.modes = modes_in(file);
        read_description(file, flows);
        flows.problem();
    } catch (const std::domain_error& error) {
        file.fail(error.what());
    }
    read_states(file, parameter_count(flows.training.shape), flows);
    return flows;
}

}  // namespace

SavedMembers::SavedMembers(const Problem& target_in, std::shared_ptr<const PlacedModes> modes_in,
                           const Training& training_in, const TrainingRequest& request)
    : target(target_in),
      modes(std::move(modes_in)),
      training(training_in),
      precision(request.precision),
      seed(request.seed) {
    first = request.first;
    resize(request.members, parameter_count(training.shape));
}

TrainingStates SavedMembers::states() {
    return {parameters.data(), first_moment.data(), second_moment.data(), steps.data(), failed.data()};
}

void write_members(const std::string& path, const SavedMembers& flows, const RunRecord& record) {
    Dataset dataset = dataset_of(flows);
    if (flows.modes) add_modes(*flows.modes, dataset);
    dataset.attributes = provenance_attributes(record);
    dataset.attributes.emplace_back("members_format",
                                    static_cast<std::int64_t>(flows.modes ? format_with_modes : members_format));
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
    const auto target = [](const SavedMembers& flows) {
        return flows.modes ? fmt::format("one of {} modes in R^d", flows.modes->weights().size()) : "antipodal";
    };
    require_trained_with("layout", target(wanted), target(saved), path);
    for (std::size_t i = 0; i < before.size(); ++i)
        if (before[i].shapes_training && before[i].value != now[i].value)
            require_trained_with(now[i].name, text_of(now[i].value), text_of(before[i].value), path);
    require_goes_on(saved, wanted.members(), wanted.training.steps, path);
}

}  // namespace modecollapse
