#include "host/mixture/sgd_setup.hpp"

#include <cmath>
#include <string>

#include "host/mixture/setup.hpp"
#include "modecollapse/numbers/require.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {
std::uint64_t steps_to(double horizon, double learning_rate) {
    return static_cast<std::uint64_t>(std::llround(horizon / learning_rate));
}

void require_sampleable(const Problem& problem, const MixtureSettings& settings) {
    const SgdSettings& s = settings.sampled;
    if (s.dynamics == Dynamics::flow) return;
    require(s.learning_rate > 0.0 && s.learning_rate <= largest_learning_rate,
            "learning-rate = " + short_text(s.learning_rate), "above 0, up to 1e6");
    require(s.batch_size >= 1 && static_cast<double>(s.batch_size) <= largest_batch_size,
            "batch-size = " + std::to_string(s.batch_size), "1 to 1e12");
    require(s.baseline == Baseline::none || s.estimator == Estimator::score,
            std::string("baseline leave-one-out with the estimator ") + estimator_names[static_cast<int>(s.estimator)],
            "the estimator score, or no baseline");
    require(s.baseline == Baseline::none || s.batch_size >= 2, "baseline leave-one-out with batch-size = 1",
            "a batch size of 2 or more");
    require(!is_adaptive(problem.annealing), "annealing = adaptive with sampled dynamics",
            "another schedule, or dynamics flow");
    const bool tempered = problem.beta != 1.0 || is_tempered(problem.annealing);
    require(s.dynamics == Dynamics::sgd_full || s.estimator != Estimator::score || !tempered,
            "the reduced sampler (dynamics sgd) is not exact for the estimator score with a tempered target",
            "dynamics sgd-full, another estimator, or no tempering");
    require(
        s.dynamics != Dynamics::sde || s.estimator != Estimator::score,
        "the diffusion approximation (dynamics sde) does not cover the estimator score, whose covariance needs f^2 too",
        "the estimators pathwise and reparameterized, or dynamics sgd or sgd-full");
    require(settings.precision == Precision::double_precision, "precision single with sampled dynamics", "double");
    const double steps = *effective_horizon(problem, settings) / s.learning_rate;
    require(steps >= 0.5,
            "learning-rate = " + short_text(s.learning_rate) + ": the horizon is less than half a step away",
            "a learning rate of at most twice the horizon");
    require(
        steps < 0x1p47,
        "learning-rate = " + short_text(s.learning_rate) + ": more steps to the horizon than the random streams have",
        "horizon / learning rate below 2^47");
}

SgdPayload sgd_payload(const Problem& problem, const MixtureSettings& settings, double dimension) {
    const SgdSettings& s = settings.sampled;
    const double horizon = *effective_horizon(problem, settings);
    SgdPayload result = {};
    result.radius = problem.radius;
    result.target_weight = problem.target_weight;
    result.weight1 = problem.weight;
    result.geometry = problem.weights;
    result.estimator = s.estimator;
    result.baseline = s.baseline;
    result.dimension = dimension;
    result.batch = s.batch_size;
    result.steps = steps_to(horizon, s.learning_rate);
    result.learning_rate = s.learning_rate;
    result.beta = problem.beta;
    result.annealing = problem.annealing;
    result.annealing_end = annealing_end(problem);
    result.rule = settings.rule;
    result.start_weight = start_coordinate(problem);
    result.quasi_threshold = settings.quasi_share * horizon;
    const bool full = s.dynamics == Dynamics::sgd_full;
    require(!full || dimension <= largest_full_dimension,
            "dimension = " + std::to_string(static_cast<std::int64_t>(dimension)) + " with dynamics sgd-full",
            "up to 1000000; dynamics sgd takes any");
    const std::uint64_t blocks = full                          ? full_blocks_per_step(result)
                                 : s.dynamics == Dynamics::sgd ? reduced_blocks_per_step(result)
                                                               : diffusion_blocks_per_step(result);
    require(result.steps <= steps_that_fit(blocks),
            std::to_string(result.steps) + " steps of batch-size " + std::to_string(s.batch_size) +
                " overflow the random streams",
            "up to " + std::to_string(steps_that_fit(blocks)) + " steps of this batch size");
    return result;
}

}  // namespace modecollapse
