// Everything that the trajectories of one ensemble of the closed flow share, passed by value to a kernel. Built and validated by
// host/ensemble; the coefficients of trainable weights are pointed to, and belong to whoever built it.
#pragma once

#include "modecollapse/adaptive_annealing.hpp"
#include "modecollapse/gradient_flow.hpp"
#include "modecollapse/trapping.hpp"

namespace modecollapse {

struct IntegratorOptions {
    double tolerance;           // relative error allowed a step
    double alignment_floor;     // m is resolved relative to max(|m|, this)
    double overlap_floor;       // the same for u
    double first_step;          // time units
    double maximum_steps;       // attempts; used up before the end: the trajectory has failed
    double weight_floor = 0.1;  // the same for the coordinate of a trainable weight
};

struct FlowProblem {
    GradientFlow flow;
    TrappingSet traps;  // empty in the finite-time reading
    OutcomeRule rule;
    IntegratorOptions integrator;
    double beta;         // inverse temperature where there is no schedule
    double end_time;     // the horizon; in the limit reading the time cap
    bool limit_reading;  // true: an untrapped state at end_time is undecided; false: it is classified as it is
    Annealing annealing;
    double annealing_end;        // time from which beta is 1 (adaptive: the latest that can be); 0: no schedule
    AdaptiveAnnealing adaptive;  // adaptive schedule only
    double start_time;           // time at which every trajectory begins: 0 unless a schedule is entered later
    double start_weight;         // coordinate of the weight there
    double quasi_threshold;      // aligned for longer than this and yet covering both modes at the end: quasi-collapse; time units
};

// The first component's weight in a state.
MC_HOST_DEVICE double weight1_of(const FlowProblem& problem, const OrderParameters<double>& state) {
    return first_weight(problem.flow.geometry, problem.flow.weight1, state.weight);
}

// The program that a problem needs.
MC_HOST_DEVICE FlowKind kind_of(const FlowProblem& problem) {
    return problem.flow.geometry == WeightGeometry::fixed && problem.annealing_end <= 0.0 ? FlowKind::plain : FlowKind::general;
}

}  // namespace modecollapse
