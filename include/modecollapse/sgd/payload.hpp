// Everything that the trajectories of one ensemble of sampled dynamics (SGD) share, passed by value to a kernel
// (PHYSICS section 6). Built and validated by host/mixture/sgd_setup.
#pragma once

#include "modecollapse/mixture/outcome.hpp"
#include "modecollapse/mixture/weights.hpp"
#include "modecollapse/target/tempering.hpp"
#include "modecollapse/training/estimator.hpp"

namespace modecollapse {

enum class Baseline { none = 0, leave_one_out = 1 };
inline constexpr const char* baseline_names[] = {"none", "leave-one-out"};

struct SgdPayload {
    double radius;         // R
    double target_weight;  // w*
    double weight1;        // fixed weights
    WeightGeometry geometry;
    Estimator estimator;
    Baseline baseline;     // of the estimator `score`
    double dimension;      // d
    std::uint64_t batch;   // B: samples a component and step
    std::uint64_t steps;   // t = learning_rate x steps
    double learning_rate;  // eta
    double beta;           // inverse temperature where there is no schedule
    Annealing annealing;   // beta(t) at the beginning of a step
    double annealing_end;  // time from which beta is 1; 0: no schedule
    OutcomeRule rule;
    double start_weight;  // coordinate of the weight at the start
    double
        // aligned for longer than this and yet covering both modes at the end: quasi-collapse; time units
        quasi_threshold;
};

// beta in the step that begins at step x learning_rate: the same for every trajectory.
MC_HOST_DEVICE double beta_at_step(const SgdPayload& problem, std::uint64_t step) {
    return beta_at(problem, static_cast<double>(step) * problem.learning_rate);
}

// Is beta different from 1 at any time?
MC_HOST_DEVICE bool is_ever_tempered(const SgdPayload& problem) {
    return problem.beta != 1.0 || problem.annealing_end > 0.0;
}

// Which program a problem needs. plain: pathwise at beta = 1 with fixed weights, whose gradient lies in span(mu1, mu2,
// mu*) and needs no densities; the others do everything.
enum class SgdProgram { plain, pathwise, reparameterized, score };

MC_HOST_DEVICE SgdProgram kind_of(const SgdPayload& problem) {
    if (problem.estimator == Estimator::score) return SgdProgram::score;
    if (problem.estimator == Estimator::reparameterized) return SgdProgram::reparameterized;
    const bool plain = problem.geometry == WeightGeometry::fixed && !is_ever_tempered(problem);
    return plain ? SgdProgram::plain : SgdProgram::pathwise;
}

// The first component's weight in a state.
MC_HOST_DEVICE double weight1_of(const SgdPayload& problem, const OrderParameters<double>& state) {
    return first_weight(problem.geometry, problem.weight1, state.weight);
}

// What the samplers ask within a step, for a batch may take minutes: is the trajectory given up? They tell how many
// numbers they have drawn since they last asked. After true, the state means nothing. On a GPU nobody can tell.
struct NeverGivenUp {
    MC_HOST_DEVICE bool operator()(std::uint64_t) const { return false; }
};

}  // namespace modecollapse
