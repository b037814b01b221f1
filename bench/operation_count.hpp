// How many floating-point operations the engine does, counted by running its own source over a number type that counts.
#pragma once

#include "modecollapse/gradient_flow/trajectory.hpp"
#include "modecollapse/sgd/payload.hpp"

namespace modecollapse::bench {

// Operations on one lane. Selections, comparisons, conversions and sign changes are not floating-point arithmetic and
// are left out; so are the 12 single-precision operations of the step-size controller's fifth root.
struct OperationCount {
    double fused;       // a * b + c
    double multiplied;  // products alone
    double added;       // sums and differences alone
    double divided;
    double roots;  // square roots
};

// As counters of a benchmark (benchmark::State).
template <class State>
void add_operation_counters(State& state, const OperationCount& count) {
    state.counters["fused"] = count.fused;
    state.counters["multiplied"] = count.multiplied;
    state.counters["added"] = count.added;
    state.counters["divided"] = count.divided;
    state.counters["roots"] = count.roots;
}

OperationCount count_expectations(const GradientFlowPayload& problem);  // T(m1), T(m2), c(u)
OperationCount count_field(
    const GradientFlowPayload& problem);  // one evaluation of the closed field, the expectations among it
OperationCount count_attempt(
    const GradientFlowPayload& problem);  // one attempted Runge-Kutta step with its trapping test
OperationCount count_start(std::uint64_t seed,
                           double dimension);  // one draw of the initial law, mean over 4096 trajectories

// A trajectory from its start to its outcome, mean over the first 256.
OperationCount count_trajectory(const GradientFlowPayload& problem, std::uint64_t seed, double dimension);

// A step of the reduced sampler with fixed weights at beta = 1, its normals among it.
OperationCount count_reduced_step(const SgdPayload& problem, std::uint64_t seed);

// Four normals from a Philox block: what is floating-point arithmetic in it.
OperationCount count_normal_block();

}  // namespace modecollapse::bench
