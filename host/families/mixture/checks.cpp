// What options of the mixture do not go together.
#include <fmt/format.h>

#include "host/families/checks.hpp"
#include "host/families/mixture/from_options.hpp"
#include "host/families/mixture/options.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {
namespace {

// A choice, or its first value for a command that has none: folds knows fixed weights and no dynamics.
std::string choice_or(const Configuration& options, const char* name, const char* otherwise) {
    return options.has(name) ? options.text(name) : otherwise;
}

std::string annealing_name(const Configuration& options) { return choice_or(options, "annealing", schedule_names[0]); }

void check_dynamics(const Configuration& options) {
    if (options.text("dynamics") == "flow") return;
    if (options.command() & (basin_command | theory_command))
        options.refuse("dynamics", fmt::format("is not available in {} (allowed: flow)", options.command_name()));
    if (options.text("precision") == "single")
        options.refuse("precision", "SGD runs in double precision (allowed: double)");
    if (options.has("baseline") && options.text("baseline") != "none" && options.has("batch-size") &&
        options.integer("batch-size") < 2)
        options.refuse("batch-size", "leaves nothing over for a leave-one-out baseline (allowed: 2 or more)");
    const bool score = options.has("estimator") && options.text("estimator") == "score";
    const bool tempered = annealing_name(options) != "none" && options.has("initial-temperature") &&
                          options.number("initial-temperature") > 1.0;
    if (score && options.text("dynamics") == "sde")
        options.refuse(
            "estimator",
            "has no diffusion approximation (allowed: pathwise, reparameterized, or --dynamics sgd or sgd-full)");
    if (score && tempered && options.text("dynamics") == "sgd")
        options.refuse("estimator",
                       "has no exact reduced sampler with a tempered target (allowed: --dynamics sgd-full, another "
                       "estimator, or no tempering)");
}

}  // namespace

void check_mixture(const Configuration& options) {
    if (options.command() == variance_command) {
        if (!options.has("start")) throw UsageError("variance: --start m1,m2,s[,w1] is missing: the state to look at");
        const std::string annealing = annealing_name(options);
        if (annealing != "none" && annealing != "constant")
            options.refuse("annealing", "has no meaning at one state (allowed: none, constant)");
    }
    if (options.command() == trajectory_command && options.has("start")) {
        Problem target = mixture_run(options.settings()).target;
        given_start(options, target);
    }
    if (options.has("dynamics")) check_dynamics(options);
    if (choice_or(options, "weights", "fixed") == "fixed" && options.has("weight") &&
        !(options.number("weight") >= smallest_weight && options.number("weight") <= 1.0 - smallest_weight))
        options.refuse("weight", "is out of range (allowed: 0.0001 to 0.9999 with fixed weights)");
    check_tempering(options);
}

}  // namespace modecollapse
