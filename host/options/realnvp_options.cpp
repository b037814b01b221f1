#include "host/options/realnvp_options.hpp"

#include <fmt/format.h>

#include "host/io/names.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options) {
    return options.family() == family_names[static_cast<int>(FamilyId::realnvp)];
}

Training training_from(const Configuration& options, double dimension) {
    Training training = realnvp_run(options.settings()).training;
    training.shape.dimension = static_cast<std::uint32_t>(dimension);
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
