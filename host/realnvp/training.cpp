#include "host/realnvp/training.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "host/run/watch.hpp"
#include "kernels/realnvp/memory.hpp"
#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/realnvp/draws.hpp"

namespace modecollapse {
namespace {

// As --radius 12: shortest text for whole numbers, %g for others.
void require_integer(const char* name, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    require(value >= low && value <= high, std::string(name) + " = " + std::to_string(value),
            std::to_string(low) + " to " + std::to_string(high));
}

void require_shape(const RealnvpShape& shape) {
    require(shape.dimension >= 2 && shape.dimension <= largest_realnvp_dimension && shape.dimension % 2 == 0,
            "dimension = " + std::to_string(shape.dimension) + " with family realnvp",
            "even, 2 to " + std::to_string(largest_realnvp_dimension) +
                ": a coupling layer moves one half of the coordinates");
    require_integer("layers", shape.layers, 1, most_realnvp_layers);
    require_integer("width", shape.width, 1, largest_realnvp_width);
    require_integer("depth", shape.depth, 1, largest_realnvp_depth);
    require(shape.scale_bound > 0.0 && shape.scale_bound <= 20.0, "scale-bound = " + short_text(shape.scale_bound),
            "above 0, up to 20");
}

void require_optimizer(const OptimizerSettings& s) {
    require(s.learning_rate > 0.0 && s.learning_rate <= 1e6, "learning-rate = " + short_text(s.learning_rate),
            "above 0, up to 1e6");
    require(s.gradient_clip >= 0.0 && s.gradient_clip <= 1e9, "gradient-clip = " + short_text(s.gradient_clip),
            "0 (none) to 1e9");
    require(s.first_decay >= 0.0 && s.first_decay < 1.0, "first decay of adam = " + short_text(s.first_decay),
            "0 to below 1");
    require(s.second_decay >= 0.0 && s.second_decay < 1.0, "second decay of adam = " + short_text(s.second_decay),
            "0 to below 1");
    require(s.epsilon > 0.0 && s.epsilon <= 1.0, "epsilon of adam = " + short_text(s.epsilon), "above 0, up to 1");
}

}  // namespace

double target_mass_plus(double radius, double target_weight) {
    const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    return target_weight * phi(radius) + (1.0 - target_weight) * phi(-radius);
}

double target_projected_variance(const Problem& target) {
    return 1.0 + 4.0 * target.radius * target.radius * target.target_weight * (1.0 - target.target_weight);
}

RealnvpProblem realnvp_problem(const Problem& problem, const Training& training, const PlacedModes* modes) {
    require_valid(problem);
    require(!is_adaptive(problem.annealing), "annealing = adaptive with family realnvp", "a schedule in time");
    require_shape(training.shape);
    require_optimizer(training.optimizer);
    require_integer("batch-size", training.batch, 1, largest_realnvp_batch);
    require_integer("steps", training.steps, 1, most_training_steps);
    require_integer("evaluation-samples", training.evaluation_samples, 2, most_evaluation_samples);
    require(training.mode_mass_floor > 0.0 && training.mode_mass_floor < 1.0,
            "mode-mass-floor = " + short_text(training.mode_mass_floor), "above 0, below 1");
    require(training.start_scale >= 0.0 && training.start_scale <= 1.0,
            "start scale = " + short_text(training.start_scale), "0 to 1");
    const double blocks = static_cast<double>(training.steps) * static_cast<double>(training.batch) *
                          static_cast<double>(blocks_per_flow_sample(training.shape.dimension));
    require(blocks < 0x1p48, std::to_string(training.steps) + " steps of batch-size " + std::to_string(training.batch),
            "fewer: the random streams have 2^48 blocks");

    RealnvpProblem result = {};
    result.shape = training.shape;
    result.radius = problem.radius;
    result.target_weight = problem.target_weight;
    result.beta = problem.beta;
    result.annealing = problem.annealing;
    result.annealing_end = annealing_end(problem.annealing);
    result.optimizer = training.optimizer;
    result.estimator = training.estimator;
    result.batch = training.batch;
    result.steps = training.steps;
    result.start_scale = training.start_scale;
    result.evaluation_samples = training.evaluation_samples;
    result.target_plus = target_mass_plus(problem.radius, problem.target_weight);
    result.mode_mass_floor = training.mode_mass_floor;
    if (!modes) return result;
    const std::size_t coordinates = modes->modes().front().size();
    require(coordinates == training.shape.dimension, "modes of " + std::to_string(coordinates) + " coordinates",
            std::to_string(training.shape.dimension) + ", the dimension");
    result.modes = modes->target();
    return result;
}

RealnvpCounts train_members(RealnvpTask task, const Backend& backend, const TrainingControl& control) {
    throw_if_given_up();
    task.stop = give_up_request();
    const double total = static_cast<double>(task.until) * static_cast<double>(task.count);
    if (control.progress)
        task.progress = [&](std::uint64_t steps) { control.progress(static_cast<double>(steps) / total); };
    RealnvpCounts counts = {};
    if (backend.cuda) {
        try {
            counts = run_realnvp_on_cuda(task, {backend.device_index});
        } catch (const std::runtime_error& error) {
            throw DeviceError(error.what());
        }
    } else {
        counts = run_realnvp_on_cpu(task, {backend.threads, backend.isa.c_str()});
    }
    if (counts.stopped) throw Interrupted{};
    return counts;
}

RealnvpCounts train_members(const RealnvpProblem& problem, const TrainingRequest& request, const Backend& backend,
                            const TrainingControl& control, const RealnvpRecord& record) {
    RealnvpTask task = {&problem, request.precision, request.seed, request.first, request.members, problem.steps};
    task.record = record;
    return train_members(task, backend, control);
}

double work_of_a_training(const Training& training) {
    const auto parameters = static_cast<double>(parameter_count(training.shape));
    const double samples = static_cast<double>(training.batch) * static_cast<double>(training.steps);
    return parameters * (3.0 * samples + static_cast<double>(training.evaluation_samples));
}

double memory_of_a_training(const RealnvpProblem& problem, Precision precision) {
    return static_cast<double>(realnvp_thread_bytes(problem, precision)) +
           static_cast<double>(numbers_of_a_sample(problem) * problem.evaluation_samples) * sizeof(double);
}

TrialCounts trials_of(const RealnvpCounts& counts) {
    TrialCounts members;
    for (int i = 0; i < realnvp_outcome_count; ++i) {
        members.trials += counts.count[i];
        if (is_collapse(static_cast<RealnvpOutcome>(i))) members.successes += counts.count[i];
    }
    members.failed = counts.count[static_cast<int>(RealnvpOutcome::failed)];
    return members;
}

}  // namespace modecollapse
