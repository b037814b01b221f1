#include "host/linear_vae/setup.hpp"

#include <cmath>
#include <string>

#include "host/linear_vae/fixed_points.hpp"
#include "host/run/memory.hpp"
#include "modecollapse/linear_vae/draws.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"
#include "modecollapse/linear_vae/shape.hpp"
#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse::linear_vae {
namespace {

void check_data(const Payload& p) {
    require_in(p.signal_variance, 0.0, 1e6, "signal-variance", "0 to 1e6");
    require_in(p.noise_variance, 0.0, 1e6, "noise-variance", "0 to 1e6");
    require(p.signal_variance + p.noise_variance > 0.0, "signal-variance = 0 with noise-variance = 0",
            "one of them above 0");
    require_in(p.latent, 1, most_directions, "latent-dimension", "1 to 16");
    require_in(p.signal, 1, most_directions, "signal-dimension", "1 to 16");
    require_in(p.dimension, 1.0, 1e9, "dimension", "a whole number, 3 to 1e9");
    require(p.dimension == std::floor(p.dimension), "dimension = " + short_text(p.dimension),
            "a whole number, 3 to 1e9");
    require(p.signal <= p.dimension, "signal-dimension = " + std::to_string(p.signal),
            "at most the dimension, " + short_text(p.dimension));
    const int least = frame_size(p.latent, p.signal);
    require(p.dimension >= least, "dimension = " + short_text(p.dimension),
            "2 latent-dimension + signal-dimension = " + std::to_string(least) + " or more, up to 1e9");
}

void check_kl_weight(const KlWeight& w) {
    require_in(w.end, 1e-6, 1e6, "kl-weight", "1e-6 to 1e6");
    if (w.annealing == Annealing::constant) return;
    require(w.initial >= 0.0 && w.initial <= w.end, "initial-kl-weight = " + short_text(w.initial),
            "0 to the KL weight, " + short_text(w.end));
    require_annealing(w);
}

// Steps of the flow end at the two corners of every cycle.
void check_corners(const Payload& p) {
    if (!is_flow(p.dynamics) || p.kl_weight.annealing != Annealing::cyclical) return;
    const double cycles = p.horizon / p.kl_weight.time;
    require(2.0 * cycles <= p.maximum_steps,
            "cycle-time = " + short_text(p.kl_weight.time) + ": " + short_text(cycles) +
                " cycles to the horizon T = " + short_text(p.horizon) + ", of two steps or more each",
            "longer cycles, or maximum-steps of at least twice as many");
}

void check_training(const Payload& p) {
    require_in(p.weight_decay, 0.0, 1e6, "weight-decay", "0 to 1e6");
    require_positive(p.encoder_variance_rate, 1e6, "encoder-variance-rate", "above 0, up to 1e6");
    require_positive(p.start_scale, 1e3, "start-scale", "above 0, up to 1000");
    require_positive(p.horizon, 1e9, "horizon", "above 0, up to 1e9");
    require_in(p.inverse_lipschitz, 0.0, 1e3, "inverse-lipschitz", "0 to 1000");
    require_positive(p.activity_floor, 1e6, "activity-floor", "above 0, up to 1e6");
    require(p.capture_share > 0.0 && p.capture_share < 1.0, "capture-share = " + short_text(p.capture_share),
            "above 0, below 1");
    check_corners(p);
    if (p.dynamics == Dynamics::flow) return;
    require_positive(p.learning_rate, 1e6, "learning-rate", "above 0, up to 1e6");
    require(p.batch >= 1 && p.batch <= 1000000000, "batch-size = " + std::to_string(p.batch), "1 to 1e9");
}

std::uint64_t steps_of(const Payload& p) {
    // the quotient's rounding must not cost a step
    const double steps = std::floor(p.horizon * p.dimension / p.learning_rate * (1.0 + 1e-12));
    require(steps >= 1.0, "horizon = " + short_text(p.horizon) + ": less than a step of learning rate / dimension",
            short_text(p.learning_rate / p.dimension) + " or more");
    require(steps * static_cast<double>(p.batch) <= most_sample_evaluations,
            "sgd with dimension N = " + short_text(p.dimension) + " and horizon T = " + short_text(p.horizon) +
                ": T N / tau = " + short_text(steps) + " steps of " + std::to_string(p.batch) + " samples a member",
            "up to 1e12 sample evaluations a member; or dynamics flow, flow-noise");
    require(steps < static_cast<double>(steps_that_fit(p)),
            "horizon T = " + short_text(p.horizon) + ": T N / tau = " + short_text(steps) +
                " steps, more than the random streams have",
            "up to " + short_text(static_cast<double>(steps_that_fit(p))) + " steps");
    return static_cast<std::uint64_t>(steps);
}

}  // namespace

Payload checked(const Payload& asked) {
    check_data(asked);
    check_kl_weight(asked.kl_weight);
    check_training(asked);
    Payload result = asked;
    result.end = stable_end(asked);
    if (is_flow(asked.dynamics)) return result;
    result.steps = steps_of(asked);
    if (asked.dynamics == Dynamics::sgd_full)
        require_memory("sgd-full with dimension = " + short_text(asked.dimension),
                       static_cast<double>(full_vectors(asked)) * asked.dimension * 8.0 * sizeof(double));
    return result;
}

}  // namespace modecollapse::linear_vae
