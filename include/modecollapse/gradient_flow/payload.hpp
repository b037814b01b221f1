// Everything that the trajectories of one ensemble of the closed flow share, passed by value to a kernel. Built and
// validated by host/mixture; the coefficients of trainable weights are pointed to, and belong to whoever built it.
#pragma once

#include "modecollapse/gradient_flow/field.hpp"
#include "modecollapse/gradient_flow/trapping.hpp"
#include "modecollapse/mixture/adaptive_tempering.hpp"

namespace modecollapse {

struct IntegratorOptions {
    double tolerance;           // relative error allowed a step
    double alignment_floor;     // m is resolved relative to max(|m|, this)
    double overlap_floor;       // the same for u
    double first_step;          // time units
    double maximum_steps;       // attempts; used up before the end: the trajectory has failed
    double weight_floor = 0.1;  // the same for the coordinate of a trainable weight
    double gap_floor = 1.0;     // simplex: a light weight at rest is resolved until the gap tells it to this error
    double landed_step = 0.0;   // simplex: first step of a weight that has come to rest, at least; time units
    MC_HOST_DEVICE double inverse_tolerance() const { return 1.0 / tolerance; }
};

struct GradientFlowPayload {
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
    double
        // aligned for longer than this and yet covering both modes at the end: quasi-collapse; time units
        quasi_threshold;
};

// The first component's weight in a state.
MC_HOST_DEVICE double weight1_of(const GradientFlowPayload& problem, const OrderParameters<double>& state) {
    return first_weight(problem.flow.geometry, problem.flow.weight1, state.weight);
}

// The program that a problem needs at least.
MC_HOST_DEVICE FieldProgram least_kind_of(const GradientFlowPayload& problem) {
    if (problem.flow.geometry == WeightGeometry::simplex) return FieldProgram::general;
    if (problem.flow.geometry != WeightGeometry::fixed) return FieldProgram::coordinate;
    return problem.annealing_end <= 0.0 ? FieldProgram::lean : FieldProgram::tempered;
}

// The same where there are two.
MC_HOST_DEVICE FieldProgram kind_of(const GradientFlowPayload& problem) {
    return least_kind_of(problem) == FieldProgram::lean ? FieldProgram::lean : FieldProgram::general;
}

}  // namespace modecollapse
