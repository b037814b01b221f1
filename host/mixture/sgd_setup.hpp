// Sampled dynamics (SGD and its diffusion approximation, PHYSICS section 6) as an experiment: which dynamics, how large
// a step, which estimator; checks; the payload.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/sgd/ensemble.hpp"
#include "modecollapse/mixture/problem.hpp"

namespace modecollapse {

enum class Dynamics { flow = 0, sgd = 1, sgd_full = 2, sde = 3 };
inline constexpr const char* dynamics_names[] = {"flow", "sgd", "sgd-full", "sde"};

inline constexpr double default_learning_rate = 0.05;
inline constexpr std::uint64_t default_batch_size = 1000;
inline constexpr double largest_learning_rate = 1e6;
inline constexpr double largest_batch_size = 1e12;
inline constexpr double largest_full_dimension =
    1e6;  // means, noise and a sample of several trajectories are kept in memory

struct SgdSettings {
    Dynamics dynamics = Dynamics::flow;
    double learning_rate = default_learning_rate;   // eta: time t = eta x steps
    std::uint64_t batch_size = default_batch_size;  // B: samples a component and step
    Estimator estimator = Estimator::pathwise;
    Baseline baseline = Baseline::none;
};

struct MixtureSettings;

// round(horizon / learning rate).
std::uint64_t steps_to(double horizon, double learning_rate);

// Throws std::domain_error, naming the quantity and the allowed range, for settings that are invalid, do not go
// together, or for which the reduced sampler is not exact or there is no diffusion approximation. Does nothing for the
// flow.
void require_sampleable(const Problem& problem, const MixtureSettings& settings);

// The payload for dimension d >= 2. Throws std::domain_error if d is too large for the full sampler, or the steps for
// the random streams.
SgdPayload sgd_payload(const Problem& problem, const MixtureSettings& settings, double dimension);

}  // namespace modecollapse
