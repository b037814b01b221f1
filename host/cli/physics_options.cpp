#include "host/cli/physics_options.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace modecollapse {

void refuse_unavailable(const Configuration& options) {
    struct OnlyChoice {
        const char* name;
        const char* available;
    };
    for (const auto& [name, available] : {OnlyChoice{"weights", "fixed"}, {"dynamics", "flow"}, {"annealing", "none"}})
        if (options.text(name) != available) options.refuse(name, fmt::format("not available in this version (allowed: {})", available));
    for (const char* name : {"learning-rate", "batch-size", "estimator"})
        if (options.given(name))
            options.refuse(name, "belongs to stochastic gradient descent, which this version does not have (allowed: leave it out)");
    for (const char* name : {"initial-temperature", "annealing-time"})
        if (options.given(name)) options.refuse(name, "belongs to tempering, which this version does not have (allowed: leave it out)");
    if (options.given("quasi-share"))
        options.refuse("quasi-share", "belongs to trainable weights, which this version does not have (allowed: leave it out)");
}

Problem problem_from(const Configuration& options) {
    Problem problem;
    if (options.has("radius")) problem.radius = options.number("radius");
    problem.target_weight = options.number("target-weight");
    problem.weight = options.has("weight") ? options.number("weight") : problem.target_weight;
    return problem;
}

FlowSettings settings_from(const Configuration& options) {
    FlowSettings settings;
    settings.rule = {options.number("alignment-threshold"), options.number("weight-floor")};
    if (options.has("horizon")) settings.horizon = options.number("horizon");
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
    return fmt::format("{}w* = {:.4g}, w1 = {:.4g} (fixed weights, gradient flow)",
                       with_radius ? fmt::format("R = {:g}, ", problem.radius) : "", problem.target_weight, problem.weight);
}

}  // namespace modecollapse
