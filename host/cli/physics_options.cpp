#include "host/cli/physics_options.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>

namespace modecollapse {

namespace {

const std::map<std::string, WeightGeometry>& geometries() {
    static const std::map<std::string, WeightGeometry> table = {{"fixed", WeightGeometry::fixed},
                                                                {"softmax", WeightGeometry::softmax},
                                                                {"simplex", WeightGeometry::simplex},
                                                                {"fisher-rao", WeightGeometry::fisher_rao}};
    return table;
}

// A choice, or its first value for a command that has none: folds knows fixed weights and no dynamics.
std::string choice_or(const Configuration& options, const char* name, const char* otherwise) {
    return options.has(name) ? options.text(name) : otherwise;
}

// The schedule asked for. An initial temperature alone means exponential in temperature.
std::string annealing_name(const Configuration& options) {
    if (options.has("initial-temperature") && !options.given("annealing")) return "exponential-temperature";
    return choice_or(options, "annealing", "none");
}

void check_annealing(const Configuration& options) {
    const std::string name = annealing_name(options);
    if (name == "none") {
        for (const char* option : {"initial-temperature", "annealing-time"})
            if (options.has(option))
                options.refuse(option, options.has("initial-temperature")
                                           ? "does not go with --annealing none (allowed: leave one of them out)"
                                           : "needs --initial-temperature T0 (allowed: give it too)");
        return;
    }
    if (!options.has("initial-temperature"))
        options.refuse("annealing", "needs an initial temperature (allowed: give --initial-temperature T0 too, 1 or more)");
    if (name == "constant") {
        if (options.has("annealing-time")) options.refuse("annealing-time", "a constant temperature has none (allowed: leave it out)");
        if (!options.has("horizon") && options.text("weights") == "fixed" && options.number("initial-temperature") > 1.0)
            options.refuse("annealing", "a constant temperature needs an end (allowed: give --horizon T too)");
    } else if (!options.has("annealing-time")) {
        options.refuse(options.given("annealing") ? "annealing" : "initial-temperature",
                       "needs the time over which to anneal (allowed: give --annealing-time t0 too, above 0)");
    }
}

}  // namespace

void refuse_unavailable(const Configuration& options) {
    if (choice_or(options, "dynamics", "flow") != "flow") options.refuse("dynamics", "not available in this version (allowed: flow)");
    for (const char* name : {"learning-rate", "batch-size", "estimator"})
        if (options.given(name))
            options.refuse(name, "belongs to stochastic gradient descent, which this version does not have (allowed: leave it out)");
    if (options.has("quasi-share") && choice_or(options, "weights", "fixed") == "fixed")
        options.refuse("quasi-share", "belongs to trainable weights (allowed: leave it out, or --weights softmax, simplex or fisher-rao)");
    if (choice_or(options, "weights", "fixed") == "fixed" && options.has("weight") &&
        !(options.number("weight") >= smallest_weight && options.number("weight") <= 1.0 - smallest_weight))
        options.refuse("weight", "is out of range (allowed: 0.0001 to 0.9999 with fixed weights)");
    check_annealing(options);
}

Problem problem_from(const Configuration& options) {
    Problem problem;
    if (options.has("radius")) problem.radius = options.number("radius");
    problem.target_weight = options.number("target-weight");
    problem.weights = weight_geometry_from(choice_or(options, "weights", "fixed"));
    problem.weight = options.has("weight") ? options.number("weight") : default_weight(problem);
    const std::string annealing = annealing_name(options);
    if (annealing == "constant") {
        problem.beta = 1.0 / options.number("initial-temperature");
    } else if (annealing != "none") {
        problem.annealing.schedule = schedule_from(annealing);
        problem.annealing.initial_temperature = options.number("initial-temperature");
        problem.annealing.time = options.number("annealing-time");
    }
    return problem;
}

WeightGeometry weight_geometry_from(const std::string& name) { return geometries().at(name); }

Schedule schedule_from(const std::string& name) {
    static const std::map<std::string, Schedule> table = {{"none", Schedule::none},
                                                          {"exponential-temperature", Schedule::exponential_temperature},
                                                          {"exponential-beta", Schedule::exponential_beta},
                                                          {"linear", Schedule::linear},
                                                          {"geometric", Schedule::geometric}};
    return table.at(name);
}

const char* annealing_name(const Problem& problem) {
    if (problem.beta < 1.0) return "constant";
    return schedule_names[static_cast<int>(problem.annealing.schedule)];
}

FlowSettings settings_from(const Configuration& options) {
    FlowSettings settings;
    settings.rule = {options.number("alignment-threshold"), options.number("weight-floor")};
    if (options.has("horizon")) settings.horizon = options.number("horizon");
    if (options.has("quasi-share")) settings.quasi_share = options.number("quasi-share");
    settings.precision = options.text("precision") == "single" ? Precision::single_precision : Precision::double_precision;
    settings.tolerance = options.number("tolerance");
    settings.maximum_steps = options.number("maximum-steps");
    if (settings.precision == Precision::single_precision && settings.tolerance < smallest_single_tolerance) {
        if (options.given("tolerance"))
            options.refuse("tolerance", "is below what single precision resolves (allowed: 1e-5 to 0.01 with --precision single)");
        settings.tolerance = smallest_single_tolerance;
    }
    return settings;
}

Backend backend_from(const Configuration& options) {
    BackendOptions request;
    const std::string& name = options.text("backend");
    request.backend = name == "cpu" ? BackendChoice::cpu : name == "cuda" ? BackendChoice::cuda : BackendChoice::automatic;
    request.threads = static_cast<int>(options.integer("threads"));
    request.device = static_cast<int>(options.integer("device"));
    if (const char* isa = std::getenv("MODECOLLAPSE_ISA")) request.isa = isa;
    return choose_backend(request);
}

std::string describe(const Problem& problem, bool with_radius) {
    std::string text =
        fmt::format("{}w* = {:.4g}, w1 = {:.4g} ({} weights, gradient flow)", with_radius ? fmt::format("R = {:g}, ", problem.radius) : "",
                    problem.target_weight, problem.weight, weight_geometry_names[static_cast<int>(problem.weights)]);
    if (problem.beta < 1.0) text += fmt::format(", temperature {:g}", 1.0 / problem.beta);
    if (is_tempered(problem.annealing))
        text += fmt::format(", annealing {} from T0 = {:g} in t0 = {:g}", annealing_name(problem), problem.annealing.initial_temperature,
                            problem.annealing.time);
    return text;
}

}  // namespace modecollapse
