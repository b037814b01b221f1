#include "host/options/realnvp_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <sstream>

#include "host/families/family_id.hpp"
#include "host/io/names.hpp"
#include "host/io/table.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options) {
    return options.has("family") && options.text("family") == family_names[static_cast<int>(FamilyId::realnvp)];
}

void refuse_for_family(const Configuration& options) {
    if (!is_realnvp(options)) return;
    if (!(options.command() & member_commands))
        options.refuse("family", fmt::format("is not available in {} (allowed: mixture; realnvp in probability, "
                                             "threshold, trajectory and phase-diagram)",
                                             options.command_name()));
    if (options.has("estimator") && options.text("estimator") == "score")
        options.refuse("estimator", "is not available for flows (allowed: pathwise, reparameterized)");
    if (options.has("annealing") && options.text("annealing") == schedule_names[static_cast<int>(Schedule::adaptive)])
        options.refuse("annealing", "is not available for flows (allowed: a schedule in time)");
    if (options.has("horizon") && options.number("horizon") != std::floor(options.number("horizon")))
        options.refuse("horizon", "counts the steps of a training (allowed: a whole number, 1 or more)");
    for (const double dimension : options.numbers("dimension"))
        if (dimension > largest_realnvp_dimension)
            options.refuse("dimension", "is too large for a flow (allowed: even, 2 to 1024 with --family realnvp)");
    if (options.has("batch-size") && options.number("batch-size") > static_cast<double>(largest_realnvp_batch))
        options.refuse("batch-size", "is too large for a flow (allowed: 1 to 1000000 with --family realnvp)");
}

Training training_from(const Configuration& options, double dimension) {
    Training training;
    const auto small = [&options](const char* name, std::uint32_t& value) {
        if (options.has(name)) value = static_cast<std::uint32_t>(options.integer(name));
    };
    const auto large = [&options](const char* name, std::uint64_t& value) {
        if (options.has(name)) value = static_cast<std::uint64_t>(options.integer(name));
    };
    const auto number = [&options](const char* name, double& value) {
        if (options.has(name)) value = options.number(name);
    };
    training.shape.dimension = static_cast<std::uint32_t>(dimension);
    small("layers", training.shape.layers);
    small("width", training.shape.width);
    small("depth", training.shape.depth);
    large("batch-size", training.batch);
    large("evaluation-samples", training.evaluation_samples);
    number("learning-rate", training.optimizer.learning_rate);
    number("gradient-clip", training.optimizer.gradient_clip);
    number("mode-mass-floor", training.mode_mass_floor);
    if (options.has("horizon")) training.steps = static_cast<std::uint64_t>(options.number("horizon"));
    if (options.has("mask")) training.shape.mask = named<CouplingMask>(coupling_mask_names, options.text("mask"));
    if (options.has("optimizer"))
        training.optimizer.optimizer = named<Optimizer>(optimizer_names, options.text("optimizer"));
    if (options.has("learning-rate-schedule"))
        training.optimizer.schedule = named<RateSchedule>(rate_schedule_names, options.text("learning-rate-schedule"));
    if (options.has("estimator"))
        training.estimator = named<RealnvpEstimator>(realnvp_estimator_names, options.text("estimator"));
    return training;
}

TrainingRequest training_request_from(const Configuration& options) {
    TrainingRequest request;
    request.precision =
        options.text("precision") == "single" ? Precision::single_precision : Precision::double_precision;
    request.seed = options.seed();
    if (options.has("trajectories")) request.members = static_cast<std::uint64_t>(options.integer("trajectories"));
    return request;
}

std::map<std::string, std::string> resolved_training_values(const Configuration& options) {
    const Training t = training_from(options, 2.0);
    return {{"horizon", fmt::format("{}", t.steps)},
            {"layers", fmt::format("{}", t.shape.layers)},
            {"width", fmt::format("{}", t.shape.width)},
            {"depth", fmt::format("{}", t.shape.depth)},
            {"mask", coupling_mask_names[static_cast<int>(t.shape.mask)]},
            {"optimizer", optimizer_names[static_cast<int>(t.optimizer.optimizer)]},
            {"learning-rate", cell_text(t.optimizer.learning_rate)},
            {"learning-rate-schedule", rate_schedule_names[static_cast<int>(t.optimizer.schedule)]},
            {"gradient-clip", cell_text(t.optimizer.gradient_clip)},
            {"batch-size", fmt::format("{}", t.batch)},
            {"estimator", realnvp_estimator_names[static_cast<int>(t.estimator)]},
            {"evaluation-samples", fmt::format("{}", t.evaluation_samples)},
            {"mode-mass-floor", cell_text(t.mode_mass_floor)}};
}

std::string resolved_training_toml(const Configuration& options, bool physics_only) {
    std::istringstream lines(options.to_toml(physics_only, resolved_training_values(options)));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const std::string name = line.substr(0, line.find(' '));
        const bool file = physics_only && (name == "save-flows" || name == "continue-flows");
        if (!file && (name != "times" || options.given(name))) text += line + "\n";
    }
    return text;
}

std::string describe_training(const Problem& target, const Training& training) {
    const RealnvpShape& shape = training.shape;
    std::string text =
        fmt::format("w* = {:.4g}; RealNVP of {} layers, width {}, depth {}, mask {}\n", target.target_weight,
                    shape.layers, shape.width, shape.depth, coupling_mask_names[static_cast<int>(shape.mask)]);
    text +=
        fmt::format("{} steps of {}, eta = {:g} ({}), B = {}, {}", training.steps,
                    optimizer_names[static_cast<int>(training.optimizer.optimizer)], training.optimizer.learning_rate,
                    rate_schedule_names[static_cast<int>(training.optimizer.schedule)], training.batch,
                    realnvp_estimator_names[static_cast<int>(training.estimator)]);
    if (training.optimizer.gradient_clip > 0.0)
        text += fmt::format(", gradient clipped at {:g}", training.optimizer.gradient_clip);
    if (target.beta < 1.0) text += fmt::format(", temperature {:g}", 1.0 / target.beta);
    if (is_tempered(target.annealing))
        text += fmt::format(", annealing {} from T0 = {:g} in t0 = {:g} steps", annealing_name(target),
                            target.annealing.initial_temperature, target.annealing.time);
    return text;
}

std::string describe(const Problem& target, const Training& training) {
    return fmt::format("R = {:g}, d = {}, {}", target.radius, training.shape.dimension,
                       describe_training(target, training));
}

}  // namespace modecollapse
