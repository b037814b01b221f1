// Parts of the engine on their own, for this machine's widest registers: what a trajectory's start and one evaluation
// of T and c cost.
#pragma once

#include "modecollapse/gradient_flow/trajectory.hpp"

namespace modecollapse::bench {

// Draws `count` starts (a multiple of 64) from id `first` on; the sum of their m1 keeps the compiler from skipping the
// work.
double draw_starts(std::uint64_t seed, double dimension, std::uint64_t first, std::uint64_t count);

// Evaluates T(m1), T(m2) and c(u) `count` times (a multiple of 64), at points that depend on the previous result no
// more than through the register they are kept in: a throughput, not a latency.
double evaluate_expectations(const FastExpectations& expectations, std::uint64_t count);

// The same evaluations, each at a point computed from the one before: the latency of a chain such as a Runge-Kutta
// step.
double chain_expectations(const FastExpectations& expectations, std::uint64_t count);

// Lanes of the registers used.
int native_lanes();

}  // namespace modecollapse::bench
