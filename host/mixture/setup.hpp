// From the user's problem to the payload that the kernels take: fast expectations, trapping regions, integrator
// settings.
#pragma once

#include <memory>
#include <optional>

#include "host/expectation/adaptive_tables.hpp"
#include "host/expectation/weight_expectation.hpp"
#include "host/mixture/sgd_setup.hpp"
#include "kernels/gradient_flow/ensemble.hpp"
#include "modecollapse/mixture/problem.hpp"

namespace modecollapse {

inline constexpr double default_alignment_threshold = 0.5;
inline constexpr double default_weight_floor = 0.05;
inline constexpr double default_tolerance = 1e-6;
inline constexpr double default_maximum_steps = 1e6;
inline constexpr double smallest_single_tolerance = 1e-5;
inline constexpr double largest_single_steps = 16777215.0;  // a trajectory counts its attempts in its own precision
inline constexpr double default_trainable_horizon =
    200.0;  // trainable weights and SGD have only the finite-time reading
inline constexpr double default_quasi_share = 0.2;

struct MixtureSettings {
    OutcomeRule rule = {default_alignment_threshold, default_weight_floor};
    std::optional<double> horizon;  // time units; absent: the limit reading (PHYSICS section 7); trainable weights: 200
    double tolerance = default_tolerance;
    double maximum_steps = default_maximum_steps;  // attempts a trajectory; used up: failed
    Precision precision = Precision::double_precision;
    double quasi_share =
        default_quasi_share;   // aligned for more than this share of the run, then matched or swapped: quasi-collapse
    SgdSettings sampled = {};  // the flow unless told otherwise
};

// The coordinate of the weight with which trajectories start: 0 for fixed weights.
double start_coordinate(const Problem& problem);

// The horizon that holds for a problem: as given, else 200 for trainable weights and SGD, else none.
std::optional<double> effective_horizon(const Problem& problem, const MixtureSettings& settings);

// Throws std::domain_error, naming the quantity and the allowed range, for an invalid problem or setting, or for two
// that do not go together.
void require_runnable(const Problem& problem, const MixtureSettings& settings);

// Builds what does not depend on the dimension once (a few milliseconds), and hands out payloads for any d.
class MixtureSetup {
public:
    // Throws as require_runnable does, and std::runtime_error if an expectation cannot be fitted.
    MixtureSetup(const Problem& problem, const MixtureSettings& settings);

    // d >= 2 enters through the error floor 1/sqrt(d) and the time cap; infinity is allowed (a start at m = 0 exactly).
    // The payload points into this setup, which must outlive it.
    GradientFlowPayload for_dimension(double dimension) const;

    const Problem& problem() const { return problem_; }
    const GradientFlowPayload& base() const { return base_; }
    Precision precision() const { return settings_.precision; }
    const MixtureSettings& settings() const { return settings_; }

    // Sampled dynamics only: the payload of its own ensemble. base() and for_dimension() then hold no expectations and
    // no traps.
    bool is_sgd() const { return settings_.sampled.dynamics != Dynamics::flow; }
    SgdPayload sgd_for_dimension(double dimension) const { return sgd_payload(problem_, settings_, dimension); }

private:
    Problem problem_;
    MixtureSettings settings_;
    GradientFlowPayload base_ = {};
    std::shared_ptr<const WeightExpectations> weight_expectations_;  // what base_ points to; trainable weights only
    std::shared_ptr<const AdaptiveTables> adaptive_tables_;          // the same; adaptive schedule only
};

// The cap of the limit reading, counted from the end of the schedule if there is one: 2000 (1 + log d) / (2 min(w1, w2)
// min(1, R^2)) time units. Escape from |m| = 1/sqrt(d) takes about log(d) / (2 w R^2), so this is some thousand times
// what an ordinary trajectory needs.
double limit_time_cap(const Problem& problem, double dimension);

}  // namespace modecollapse
