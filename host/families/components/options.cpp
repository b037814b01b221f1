#include "host/families/components/options.hpp"

#include <cmath>
#include <map>
#include <mutex>

#include "host/components/checks.hpp"
#include "host/families/checks.hpp"
#include "host/families/mode_options.hpp"
#include "host/options/configuration.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

using components::Payload;
using Run = ComponentsRun;

constexpr auto problem = &Run::problem;

OptionRow list_row(const std::string& name, const std::string& help, std::string Run::*member) {
    return member_row(plain_row(Kind::number_list, name, 0, 1, help), settings_member(member))
        .in(Group::physics)
        .without_default()
        .recorded(Record::if_given)
        .along_axes(false);
}

OptionRows family_rows() {
    return {
        number_row("components", 1, components::most_components, "components K that are fitted", problem,
                   &Payload::components)
            .in(Group::physics)
            .called("K", "number K of components"),
        list_row("weight",
                 "weights of the components, K numbers; unless given equal ones, or if fixed and K = K* the modes'",
                 &Run::weight)
            .allowed("above 0 to 1, with a sum of 1; for two components the first is enough"),
        choice_row("weights", components::weights_names, "fixed weights, or trainable ones by their geometry", problem,
                   &Payload::weights)
            .in(Group::physics),
        choice_row("variances", components::variances_names,
                   "variances of the components: fixed at 1; or from 1 on trained by gradients in their logarithm, in "
                   "the Euclidean metric or in a Gaussian's Fisher metric, d/2",
                   problem, &Payload::variances)
            .in(Group::physics),
        choice_row("radii", components::radii_names,
                   "fixed: every mean stays on the sphere on which it starts, for modes of equal norm; or free",
                   problem, &Payload::radii)
            .in(Group::physics)
            .by_default("free", every_command, {{"layout", "line|grid|file"}}),
        number_row("start-radius", components::smallest_start_radius, 1e6,
                   "radius of the sphere on which the means start; unless given the modes' if the radii are fixed",
                   &Run::start_radius)
            .in(Group::physics)
            .allowed("1e-9 to 1e6")
            .recorded(Record::if_given)
            .searched_in("0.1:5"),
        number_row("start-scale", 0, 1e6, "standard deviation of the means' coordinates at the start", problem,
                   &Payload::start_scale)
            .in(Group::physics)
            .allowed("above 0, up to 1e6")
            .used_with({{"radii", "free"}, {"start-radius", not_given}})
            .searched_in("log:0.01:10"),
        number_row("dimension", 1, 1e9, "dimension d of the space", problem, &Payload::dimension)
            .whole()
            .in(Group::physics)
            .of(probability_command | trajectory_command)
            .allowed("1 to 1e9, and at least the dimensions that the modes span")
            .called("d", "dimension d of the space")
            .searched_in("log:10:1000000"),
        plain_row(Kind::integer_list, "dimension", 1, 1e9, "dimensions d, a list")
            .in(Group::physics)
            .of(threshold_command)
            .allowed("1 to 1e9, and at least the dimensions that the modes span")
            .by_default("100,1000,10000")
            .called("d", "dimension d of the space"),
        choice_row("dynamics", components::dynamics_names,
                   "gradient flow; SGD, exact in law at a cost independent of d; or SGD in d dimensions", problem,
                   &Payload::dynamics)
            .in(Group::physics)
            .along_axes(false),
        number_row("horizon", 0, 1e9, "end time T: classify the state at T as it is", problem, &Payload::horizon)
            .in(Group::physics)
            .allowed("above 0, up to 1e9")
            .called("T", "end time T")
            .searched_in("log:0.1:1000"),
    };
}

OptionRows dynamics_rows() {
    const Need sgd = {"dynamics", "sgd|sgd-full"}, flow = {"dynamics", "flow"};
    return {
        number_row("learning-rate", 0, 1e6, "step eta of SGD, t = eta x steps", problem, &Payload::learning_rate)
            .in(Group::dynamics)
            .allowed("above 0, up to 1e6")
            .called("eta")
            .used_with({sgd})
            .searched_in("log:0.001:1"),
        number_row("batch-size", 1, 1e9, "samples B a component and step of SGD", problem, &Payload::batch)
            .in(Group::dynamics)
            .allowed("1 to 1e9")
            .called("B")
            .used_with({sgd})
            .searched_in("log:1:1000"),
        annealing_row<Run>(member_commands, schedules_in_time()),
        initial_temperature_row<Run>(member_commands),
        annealing_time_row<Run>(member_commands, "time scale t0 of the schedule"),
        number_row(
            "sits-within", 0, 1e3,
            "a component sits on the nearest mode if it is nearer than this times half the distance from there to "
            "the next mode",
            &Run::sits_within)
            .in(Group::outcome)
            .allowed("above 0, up to 1000")
            .searched_in("0.1:2"),
        number_row("weight-floor", 0, 0.499999, "a component counts from 2/K times this weight on", problem,
                   &Payload::weight_floor)
            .in(Group::outcome)
            .searched_in("0.001:0.45"),
        number_row(
            "expectation-error", 1e-8, 0.1,
            "error allowed in the mean responsibilities: product rules in one and two dimensions, beyond a fixed "
            "Sobol set that is made as large as this needs",
            &Run::expectation_error)
            .in(Group::run)
            .allowed("1e-8 to 0.1"),
        number_row("tolerance", 1e-12, 1e-2, "relative error allowed an integration step", problem, &Payload::tolerance)
            .in(Group::run)
            .used_with({flow}),
        number_row("maximum-steps", 1, 1e9, "integration steps after which a trajectory has failed", problem,
                   &Payload::maximum_steps)
            .whole()
            .in(Group::run)
            .allowed("1 to 1e9")
            .used_with({flow}),
        plain_row(Kind::number_list, "times", 0, 1e9, "output times, a list; 21 of them up to the horizon unless given")
            .in(Group::command)
            .of(trajectory_command)
            .allowed("0 to 1e9"),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trajectories; threshold: at each value")
            .in(Group::run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("1000")
            .along_axes(true),
        plain_row(Kind::choice, "precision", "double", "number type of the computation")
            .in(Group::run)
            .by_default("double")
            .along_axes(true),
    };
}

}  // namespace

const OptionRows& components_options() {
    static const OptionRows rows = [] {
        OptionRows all = family_rows();
        const OptionRows weights = {
            list_row("target-weight", "weights of the modes, K* numbers; equal ones unless given", &Run::target_weight)
                .allowed("above 0 to 1, with a sum of 1; for two modes the first is enough")};
        for (const OptionRows& more : {mode_rows<Run>(member_commands), weights, dynamics_rows()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rows;
}

components::Request components_request(const Settings& settings) {
    Run run = settings.as<Run>();
    components::Request request;
    request.modes = coordinates_of(run.modes, run.target.radius, run.means);
    if (!run.target_weight.empty()) request.target_weight = parse_list(run.target_weight);
    if (!run.weight.empty()) request.weight = parse_list(run.weight);
    request.sits_within = run.sits_within;
    request.expectation_error = run.expectation_error;
    request.problem = run.problem;
    resolve_tempering(run.target, run.tempering);
    request.problem.beta = run.target.beta;
    request.problem.annealing = run.target.annealing;
    const std::vector<double>& first = request.modes.front();
    double norm2 = 0.0;
    for (const double x : first) norm2 += x * x;
    request.problem.start_radius = run.start_radius                                ? *run.start_radius
                                   : run.problem.radii == components::Radii::fixed ? std::sqrt(norm2)
                                                                                   : 0.0;
    return request;
}

std::shared_ptr<const components::Setup> components_setup(const Settings& settings) {
    static std::map<std::string, std::weak_ptr<const components::Setup>> known;
    static std::mutex mutex;
    const components::Request request = components_request(settings);
    const std::lock_guard<std::mutex> lock(mutex);
    std::weak_ptr<const components::Setup>& place = known[settings.key() + digest_of_rows(request.modes)];
    std::shared_ptr<const components::Setup> setup = place.lock();
    if (!setup) place = setup = std::make_shared<components::Setup>(request);
    return setup;
}

void check_components(const Configuration& options) {
    check_tempering(options);
    check_modes(options);
    if (options.has("start-radius") && options.number("start-radius") == 0.0)
        options.refuse("start-radius", "is out of range (allowed: above 0, up to 1e6)");
}

}  // namespace modecollapse
