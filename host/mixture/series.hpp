// Trajectories of the mixture followed over time.
//
// If the run is given up and its partial answer is kept, the first trajectories are the answer.
#pragma once

#include <vector>

#include "host/mixture/ensemble.hpp"

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

}  // namespace modecollapse
