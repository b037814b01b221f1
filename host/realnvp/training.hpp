// Training of RealNVP flows as an experiment: what is asked, the checks, and P(collapse) of an ensemble of trainings.
//
// Here a member of the ensemble is one training from its own random start on its own batches; its outcome is read at
// the horizon, a number of steps (realnvp/outcome.hpp). beta(t) runs over t = steps made.
#pragma once

#include "host/mixture/ensemble.hpp"
#include "host/realnvp/placed_modes.hpp"
#include "host/statistics/collapse_estimate.hpp"
#include "kernels/realnvp/ensemble.hpp"

namespace modecollapse {

inline constexpr std::uint64_t default_training_batch = 256;
inline constexpr std::uint64_t default_training_steps = 2000;
inline constexpr std::uint64_t default_evaluation_samples = 10000;
inline constexpr double default_mode_mass_floor = 0.05;
inline constexpr double default_start_scale = 0.01;
inline constexpr std::uint64_t most_training_steps = 1000000000;
inline constexpr std::uint64_t largest_realnvp_batch = 1000000;
inline constexpr std::uint64_t most_evaluation_samples = 100000000;

struct Training {
    RealnvpShape shape = {};
    OptimizerSettings optimizer = {};
    Estimator estimator = Estimator::pathwise;
    std::uint64_t batch = default_training_batch;
    std::uint64_t steps = default_training_steps;
    std::uint64_t evaluation_samples = default_evaluation_samples;
    double mode_mass_floor = default_mode_mass_floor;
    double start_scale = default_start_scale;
};

// The target's mass in the half-space <mu*, x> > 0: w* Phi(R) + (1 - w*) Phi(-R).
double target_mass_plus(double radius, double target_weight);

// The target's variance along mu*/R: 1 + 4 R^2 w* (1 - w*).
double target_projected_variance(const Problem& target);

// The payload. Of `problem` the target and the tempering count, not the mixture's weights. modes: in the place of the two
// modes of `problem`, or null; must outlive the payload. Throws std::domain_error naming the quantity, its value and the
// allowed range.
RealnvpProblem realnvp_problem(const Problem& problem, const Training& training, const PlacedModes* modes = nullptr);

struct TrainingRequest {
    Precision precision = Precision::double_precision;
    std::uint64_t seed = 0;
    std::uint64_t first = 0;  // id of the first member
    std::uint64_t members = 0;
};

struct TrainingControl {
    std::function<void(double fraction)> progress;  // from the calling thread; may be empty
};

// Trains the members to the horizon. Throws DeviceError; Interrupted if the thread's watch (host/run/watch.hpp)
// asks for it, within a step of every thread; what `record` then holds of finished members is right.
RealnvpCounts train_members(const RealnvpProblem& problem, const TrainingRequest& request, const Backend& backend,
                            const TrainingControl& control = {}, const RealnvpRecord& record = {});

// The same with everything that a task can ask for; task.stop and task.progress are set here.
RealnvpCounts train_members(RealnvpTask task, const Backend& backend, const TrainingControl& control);

// Multiplications that a training takes: a forward and a reverse pass take each parameter three times, for every sample of
// every step, and the evaluation takes it once.
double work_of_a_training(const Training& training);

// Bytes that a thread trains in.
double memory_of_a_training(const RealnvpProblem& problem, Precision precision);

TrialCounts trials_of(const RealnvpCounts& counts);  // collapsed_plus and collapsed_minus, failed, total
inline CollapseEstimate estimate_collapse(const RealnvpCounts& counts) { return estimate_collapse(trials_of(counts)); }

}  // namespace modecollapse
