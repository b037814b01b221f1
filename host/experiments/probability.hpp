// P(collapse) of an ensemble: the experiment of `probability`, for mixtures and for trainings of RealNVP flows.
//
// If the watch of the thread (host/run/watch.hpp) gives a run up whose partial answer is kept, the first members that are
// all finished are the answer; fewer than were asked for then.
#pragma once

#include <optional>
#include <vector>

#include "host/realnvp/training.hpp"
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

struct TrainedMembers {
    RealnvpCounts counts = {};
    std::vector<std::uint8_t> outcome;    // (member)
    std::vector<std::uint64_t> steps;     // (member): made
    std::vector<RealnvpMonitor> monitor;  // (member): at the end
};

// from, to: of all members; null: from their starts, and not kept.
TrainedMembers trained_members(const RealnvpProblem& problem, const TrainingRequest& request, const Backend& backend,
                               const TrainingControl& control = {}, const RealnvpStates* from = nullptr,
                               const RealnvpStates* to = nullptr);

}  // namespace modecollapse
