// How many floating-point operations the engine does, counted by running its own source over a number type that counts.
#pragma once

#include "modecollapse/trajectory.hpp"

namespace modecollapse::bench {

// Operations on one lane. Selections, comparisons, conversions and sign changes are not floating-point arithmetic and are left out; so are
// the 12 single-precision operations of the step-size controller's fifth root.
struct OperationCount {
    double fused;       // a * b + c
    double multiplied;  // products alone
    double added;       // sums and differences alone
    double divided;
    double roots;  // square roots
};

OperationCount count_expectations(const FlowProblem& problem);     // T(m1), T(m2), c(u)
OperationCount count_field(const FlowProblem& problem);            // one evaluation of the closed field, the expectations among it
OperationCount count_attempt(const FlowProblem& problem);          // one attempted Runge-Kutta step with its trapping test
OperationCount count_start(std::uint64_t seed, double dimension);  // one draw of the initial law, mean over 4096 trajectories

}  // namespace modecollapse::bench
