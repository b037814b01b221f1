// What held-out data say about any VAE, of vectors or of sentences: the bound, its parts, and the directions in use.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/vae/reading.hpp"

namespace modecollapse::vae {

inline constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

// Under the mean KL weight of the training, and under its last one.
struct Objective {
    double mean = no_value, last = no_value;
};

inline void take_the_worse(const Objective& other, Objective& objective) {
    objective = {std::max(objective.mean, other.mean), std::max(objective.last, other.last)};
}

// Means over the data, in nats a datum; NaN: not asked for, or after a failure. `exact`: of the exact posterior, on the first of
// the held-out data, and only where the KL weight is above 0.
struct EncoderMonitor {
    double kl = no_value;              // KL(q(z|x) || prior), with that of the classes
    double reconstruction = no_value;  // E_q log p(x|z), by one latent sample a datum and class
    double elbo = no_value;            // reconstruction - kl: the bound at KL weight 1
    double active = no_value;          // active directions
    double variance = no_value;        // the largest eigenvalue that decides which are
    double information = no_value;     // I(x; y) or I(x; z) of q
    double likelihood = no_value;      // log p(x), importance-weighted
    double exact_kl = no_value, exact_fisher = no_value, exact_active = no_value;
    double exact_effective = no_value;  // sampled: effective share of the samples; quadrature: share of data resolved

    // At the end of a training: the objective of its own data, and the same at its start (modecollapse/vae/outcome.hpp).
    Objective objective, start_objective;
};

inline bool is_number(double value) { return value - value == 0.0; }

// The mean KL weight of a training until `step`: what it descended on was, on average, the objective of that weight.
inline double mean_kl_weight(const KlWeight& weight, std::uint64_t step) {
    if (weight.annealing == KlAnnealing::constant) return weight.end;
    constexpr int places = 1024;
    double sum = 0.0;
    for (int i = 0; i < places; ++i) sum += weight.at(static_cast<double>(step) * ((i + 0.5) / places));
    return sum / places;
}

inline Objective objective_of(double misfit, double kl, const KlWeight& weight, std::uint64_t step) {
    return {misfit + mean_kl_weight(weight, step) * kl, misfit + weight.at(static_cast<double>(step)) * kl};
}

// Of the end of a training: it is not finite, or worse than its own start under both weights (modecollapse/vae/outcome.hpp).
inline bool has_failed(const EncoderMonitor& end) {
    return !is_number(end.elbo) || !is_number(end.variance) ||
           (end.objective.mean > end.start_objective.mean && end.objective.last > end.start_objective.last);
}

// Of the first `count` data; NaN for none.
inline double mean_of(const std::vector<double>& values, std::uint64_t count) {
    double sum = 0.0;
    for (std::uint64_t i = 0; i < count; ++i) sum += values[i];
    return sum / static_cast<double>(count);
}
inline double mean_of(const std::vector<double>& values) { return mean_of(values, values.size()); }

// The bound and its parts, from those of every datum. False: not finite.
inline bool read_bound(double kl, const std::vector<double>& misfit, EncoderMonitor& monitor) {
    monitor.kl = kl;
    monitor.reconstruction = -mean_of(misfit);
    monitor.elbo = monitor.reconstruction - monitor.kl;
    return is_number(monitor.elbo);
}

// Directions in use by the encoder's means, (n, l).
inline void read_directions(const PriorClusters& prior, const std::vector<double>& mean, std::uint64_t n, double floor,
                            EncoderMonitor& monitor) {
    const Directions directions = directions_of(prior, mean.data(), mean.data(), n, floor);
    monitor.active = directions.active;
    monitor.variance = directions.largest;
}

// What an ExactReading of `n` data says.
template <class Reading>
void read_exact(const Reading& exact, const PriorClusters& prior, std::uint64_t n, double floor,
                EncoderMonitor& monitor) {
    monitor.likelihood = exact.likelihood;
    monitor.exact_kl = exact.kl;
    monitor.exact_fisher = exact.fisher;
    monitor.exact_effective = exact.effective;
    monitor.exact_active = directions_of(prior, exact.mean.data(), exact.other_mean.data(), n, floor).active;
}

}  // namespace modecollapse::vae
