// Members followed over time: the experiment of `trajectory`, for mixtures and for trainings of RealNVP flows.
//
// If the run is given up and its partial answer is kept, the first members are the answer.
#pragma once

#include <functional>
#include <vector>

#include "host/realnvp/training.hpp"

namespace modecollapse {

struct TrajectorySeries {
    std::int64_t id;  // -1: a given start
    OrderParameters<double> start;
    Outcome outcome;
    double decided_at;                            // time at which the outcome became certain, or the horizon
    std::vector<OrderParameters<double>> states;  // one at each output time
    std::vector<double> weights;                  // w1 there
    std::vector<double> betas;                    // inverse temperature there
};

struct TrajectoryRequest {
    double dimension;
    std::uint64_t seed;
    std::vector<std::int64_t> ids;                // -1: a given start, with the random streams of trajectory 0
    std::vector<OrderParameters<double>> starts;  // (ids)
    std::vector<double> times;                    // ascending
};

// The starts of an ensemble's trajectories by the initial law.
std::vector<OrderParameters<double>> drawn_starts(const Problem& problem, double dimension, std::uint64_t seed,
                                                  const std::vector<std::int64_t>& ids);

// Gradient flow: the same steps as the ensemble makes, read off the continuous extension at the times. SGD: the states
// after the whole steps nearest to them. Throws std::domain_error, DeviceError, Interrupted.
std::vector<TrajectorySeries> trajectory_series(const MixtureSetup& setup, const TrajectoryRequest& request,
                                                const Backend& backend);

struct TrainingSeries {
    std::vector<std::int64_t> ids;
    std::vector<std::uint64_t> steps;      // ascending
    std::vector<double> betas;             // (step)
    std::vector<std::uint8_t> outcomes;    // (id), at the horizon
    std::vector<RealnvpMonitor> monitors;  // (id, step)
};

// progress: of all ids.
TrainingSeries training_series(const RealnvpProblem& problem, const TrainingRequest& request,
                               std::uint64_t target_samples, const std::vector<std::int64_t>& ids,
                               const std::vector<std::uint64_t>& steps, const Backend& backend,
                               const std::function<void(double fraction, std::int64_t id)>& progress = {});

}  // namespace modecollapse
