#include "host/options/physics_options.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <map>

#include "host/io/names.hpp"
#include "host/io/table.hpp"
#include "host/options/instruction_set.hpp"
#include "host/options/realnvp_options.hpp"

namespace modecollapse {
namespace {

// A choice, or its first value for a command that has none: folds knows fixed weights and no dynamics.
std::string choice_or(const Configuration& options, const char* name, const char* otherwise) {
    return options.has(name) ? options.text(name) : otherwise;
}

std::string annealing_name(const Configuration& options) { return choice_or(options, "annealing", "none"); }

void check_annealing(const Configuration& options) {
    const std::string name = annealing_name(options);
    if (name == "none") return;
    if (!options.has("initial-temperature"))
        options.refuse("annealing",
                       "needs an initial temperature (allowed: give --initial-temperature T0 too, 1 or more)");
    if (name == "constant") {
        if (options.has("dynamics") && !is_realnvp(options) && options.text("dynamics") == "flow" &&
            !options.has("horizon") && options.text("weights") == "fixed" &&
            options.number("initial-temperature") > 1.0)
            options.refuse("annealing", "a constant temperature needs an end (allowed: give --horizon T too)");
    } else if (!options.has("annealing-time")) {
        options.refuse(options.given("annealing") ? "annealing" : "initial-temperature",
                       "needs the time over which to anneal (allowed: give --annealing-time t0 too, above 0)");
    }
}

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

SgdSettings sgd_settings_from(const Configuration& options) {
    SgdSettings sampled;
    sampled.dynamics = named<Dynamics>(dynamics_names, options.text("dynamics"));
    if (options.has("learning-rate")) sampled.learning_rate = options.number("learning-rate");
    if (options.has("batch-size")) sampled.batch_size = static_cast<std::uint64_t>(options.integer("batch-size"));
    if (options.has("estimator")) sampled.estimator = named<Estimator>(estimator_names, options.text("estimator"));
    if (options.has("baseline")) sampled.baseline = named<Baseline>(baseline_names, options.text("baseline"));
    return sampled;
}

}  // namespace

void refuse_unavailable(const Configuration& options) {
    refuse_for_family(options);
    options.refuse_unused();
    if (is_realnvp(options)) return check_annealing(options);
    if (options.command() == variance_command) {
        if (!options.has("start")) throw UsageError("variance: --start m1,m2,s[,w1] is missing: the state to look at");
        const std::string annealing = annealing_name(options);
        if (annealing != "none" && annealing != "constant")
            options.refuse("annealing", "has no meaning at one state (allowed: none, constant)");
    }
    if (options.has("dynamics")) check_dynamics(options);
    if (choice_or(options, "weights", "fixed") == "fixed" && options.has("weight") &&
        !(options.number("weight") >= smallest_weight && options.number("weight") <= 1.0 - smallest_weight))
        options.refuse("weight", "is out of range (allowed: 0.0001 to 0.9999 with fixed weights)");
    check_annealing(options);
}

Problem target_from(const Configuration& options) {
    Problem problem;
    if (options.has("radius")) problem.radius = options.number("radius");
    problem.target_weight = options.number("target-weight");
    problem.weight = default_weight(problem);
    const std::string annealing = annealing_name(options);
    if (annealing == "constant") {
        problem.beta = 1.0 / options.number("initial-temperature");
    } else if (annealing != "none") {
        problem.annealing.schedule = named<Schedule>(schedule_names, annealing);
        problem.annealing.initial_temperature = options.number("initial-temperature");
        problem.annealing.time = options.number("annealing-time");
        if (options.has("target-ess")) problem.annealing.target_ess = options.number("target-ess");
    }
    return problem;
}

Problem problem_from(const Configuration& options) {
    if (is_realnvp(options)) options.refuse("family", "is not available here (allowed: mixture)");
    Problem problem = target_from(options);
    problem.weights = named<WeightGeometry>(weight_geometry_names, choice_or(options, "weights", "fixed"));
    problem.weight = options.has("weight") ? options.number("weight") : default_weight(problem);
    return problem;
}

const char* annealing_name(const Problem& problem) {
    if (problem.beta < 1.0) return "constant";
    return schedule_names[static_cast<int>(problem.annealing.schedule)];
}

MixtureSettings settings_from(const Configuration& options) {
    MixtureSettings settings;
    settings.rule = {options.number("alignment-threshold"), options.number("weight-floor")};
    settings.sampled = sgd_settings_from(options);
    if (options.has("horizon")) settings.horizon = options.number("horizon");
    if (options.has("quasi-share")) settings.quasi_share = options.number("quasi-share");
    settings.precision =
        options.text("precision") == "single" ? Precision::single_precision : Precision::double_precision;
    if (options.has("tolerance")) settings.tolerance = options.number("tolerance");
    settings.maximum_steps = options.number("maximum-steps");
    if (settings.precision == Precision::single_precision && settings.tolerance < smallest_single_tolerance) {
        if (options.given("tolerance"))
            options.refuse("tolerance",
                           "is below what single precision resolves (allowed: 1e-5 to 0.01 with --precision single)");
        settings.tolerance = smallest_single_tolerance;
    }
    if (settings.precision == Precision::single_precision && settings.maximum_steps > largest_single_steps)
        options.refuse("maximum-steps",
                       "is above what single precision counts (allowed: 1 to 16777215 with --precision single)");
    return settings;
}

std::map<std::string, std::string> resolved_values(const Configuration& options) {
    if (is_realnvp(options)) return resolved_training_values(options);
    if (!(options.command() & state_commands)) return {};
    const Problem problem = problem_from(options);
    const std::vector<double> start = options.has("start") ? options.numbers("start") : std::vector<double>();
    std::map<std::string, std::string> resolved;
    resolved["weight"] = cell_text(start.size() == 4 ? start[3] : problem.weight);
    if (!(options.command() & physics_commands)) return resolved;
    const MixtureSettings settings = settings_from(options);
    if (const std::optional<double> horizon = effective_horizon(problem, settings))
        resolved["horizon"] = cell_text(*horizon);
    if (settings.sampled.dynamics != Dynamics::flow) {
        resolved["learning-rate"] = cell_text(settings.sampled.learning_rate);
        resolved["batch-size"] = fmt::format("{}", settings.sampled.batch_size);
        resolved["estimator"] = estimator_names[static_cast<int>(settings.sampled.estimator)];
    }
    return resolved;
}

std::string resolved_toml(const Configuration& options, bool physics_only) {
    if (is_realnvp(options)) return resolved_training_toml(options, physics_only);
    if (!(options.command() & physics_commands)) return options.to_toml(physics_only);
    std::map<std::string, std::string> resolved = resolved_values(options);
    if (options.has("start") && options.numbers("start").size() == 4) resolved.erase("weight");  // the start has it
    return options.to_toml(physics_only, resolved);
}

std::vector<OrderParameters<double>> given_start(const Configuration& options, Problem& problem) {
    const std::vector<double> start = options.numbers("start");
    if (options.has("id") && options.given("id")) options.refuse("start", "excludes --id (allowed: one of the two)");
    if (start.size() != 3 && start.size() != 4)
        options.refuse("start", fmt::format("has {} numbers (allowed: m1,m2,s[,w1])", start.size()));
    Eigen::Matrix3d gram;
    gram << 1.0, start[0], start[1], start[0], 1.0, start[2], start[1], start[2], 1.0;
    const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(gram).eigenvalues()[0];
    if (smallest < -1e-12)
        options.refuse("start", fmt::format("no three vectors have these overlaps: the Gram matrix has the eigenvalue "
                                            "{:.3g} (allowed: none below 0)",
                                            smallest));
    if (start.size() == 4) {
        if (options.given("weight"))
            options.refuse("start", "has a weight, and --weight is given too (allowed: one of the two)");
        problem.weight = start[3];
        const bool fixed = problem.weights == WeightGeometry::fixed;
        const double least = fixed ? smallest_weight : smallest_trainable_weight;
        if (!(start[3] >= least && start[3] <= 1.0 - least))
            options.refuse("start", fmt::format("weight w1 is out of range (allowed: {})",
                                                fixed ? "0.0001 to 0.9999" : "1e-8 to 1 - 1e-8"));
    }
    return {{start[0], start[1], 1.0 - start[2], start_coordinate(problem)}};
}

namespace {

BackendOptions backend_options_from(const Configuration& options) {
    BackendOptions request;
    const std::string& name = options.text("backend");
    request.backend = name == "cpu"    ? BackendChoice::cpu
                      : name == "cuda" ? BackendChoice::cuda
                                       : BackendChoice::automatic;
    request.threads = static_cast<int>(options.integer("threads"));
    request.device = static_cast<int>(options.integer("device"));
    request.isa = asked_isa();
    return request;
}

}  // namespace

Backend backend_from(const Configuration& options) {
    BackendOptions request = backend_options_from(options);
    if (request.backend == BackendChoice::automatic && options.command() == trajectory_command)
        request.backend = BackendChoice::cpu;  // a handful of trajectories: a GPU takes longer
    return choose_backend(request);
}

Backend training_backend_from(const Configuration& options) {
    BackendOptions request = backend_options_from(options);
    if (request.backend == BackendChoice::cuda && options.command() == trajectory_command)
        options.refuse("backend", "the monitors of a training are computed on the CPU only (allowed: auto, cpu)");
    if (request.backend == BackendChoice::automatic)
        request.backend = BackendChoice::cpu;  // never measured on a GPU: it must be asked for
    return choose_backend(request);
}

std::string describe(const Problem& problem, const MixtureSettings& settings, bool with_radius) {
    const SgdSettings& s = settings.sampled;
    std::string dynamics = "gradient flow";
    if (s.dynamics != Dynamics::flow)
        dynamics = fmt::format("{}, eta = {:g}, B = {}, {}{}", dynamics_names[static_cast<int>(s.dynamics)],
                               s.learning_rate, s.batch_size, estimator_names[static_cast<int>(s.estimator)],
                               s.baseline == Baseline::leave_one_out ? " with leave-one-out baseline" : "");
    std::string text = fmt::format("{}w* = {:.4g}, w1 = {:.4g} ({} weights, {})",
                                   with_radius ? fmt::format("R = {:g}, ", problem.radius) : "", problem.target_weight,
                                   problem.weight, weight_geometry_names[static_cast<int>(problem.weights)], dynamics);
    if (problem.beta < 1.0) text += fmt::format(", temperature {:g}", 1.0 / problem.beta);
    if (is_tempered(problem.annealing))
        text += fmt::format(", annealing {} from T0 = {:g}, t0 = {:g}", annealing_name(problem),
                            problem.annealing.initial_temperature, problem.annealing.time);
    if (is_adaptive(problem.annealing)) text += fmt::format(", target ESS {:g}", problem.annealing.target_ess);
    return text;
}

}  // namespace modecollapse
