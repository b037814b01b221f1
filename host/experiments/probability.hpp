// P(collapse) of an ensemble of mixtures, for users of the C++ library; of any family: family_probability.hpp.
//
// If the watch of the thread (host/run/watch.hpp) gives a run up whose partial answer is kept, the first members that are
// all finished are the answer; fewer than were asked for then.
#pragma once

#include <optional>
#include <vector>

#include "host/starts/collapse_estimate.hpp"

namespace modecollapse {

struct MixtureEnsemble {
    Problem problem;
    MixtureSettings settings;
    EnsembleRequest request;  // trajectories: as many as the plan can use (usable_trajectories)
    SamplingPlan plan;
};

struct MixtureProbability {
    EnsembleEstimate estimate;
    SamplingPlan plan;                        // its replicates: whole ones that were made
    std::optional<double> time_cap;           // of the limit reading, in time units
    bool trainable = false, sampled = false;  // weights; SGD instead of the gradient flow
};

// Throws std::domain_error, DeviceError, Interrupted.
MixtureProbability mixture_probability(const MixtureEnsemble& ensemble, const Backend& backend,
                                       RunControl control = {});

// A sweep in memory: one after the other, as far as the run is not given up.
std::vector<MixtureProbability> mixture_probabilities(const std::vector<MixtureEnsemble>& cells,
                                                      const Backend& backend);

}  // namespace modecollapse
