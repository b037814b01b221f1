// The peers: what a user would otherwise write, one trajectory at a time on one core.
//
// Both integrate the closed flow (PHYSICS section 3) with Boost.odeint's controlled Dormand-Prince pair, from the
// engine's own starts, with the engine's tolerance and first step. They differ in the field:
//   quadrature  T and c by 64-node Gauss-Hermite sums over the integrands
//   fast        the engine's GradientFlow on its fast expectations
#pragma once

#include "bench/reference_case.hpp"

namespace modecollapse::bench {

// How a trajectory ends: in a region of the engine's trapping set, tested after every accepted step as the engine does;
// or at a fixed horizon, where it is classified as it is (what one does without a trapping argument).
enum class StoppingRule { trapped, horizon };

struct PeerTask {
    Case which;
    const GradientFlowPayload* problem;  // of that case: traps, outcome rule, first step, time cap
    StoppingRule stopping;
    double horizon;       // time units; StoppingRule::horizon only
    std::uint64_t first;  // id of the first trajectory
    std::uint64_t count;
    std::uint8_t* outcome;  // (count), or null
};

struct PeerResult {
    std::int64_t count[outcome_count];
    std::int64_t attempts;
};

using Peer = PeerResult (*)(const PeerTask&);

PeerResult run_odeint_quadrature(const PeerTask& task);
PeerResult run_odeint_quadrature_fast_math(const PeerTask& task);  // the sums compiled with -ffast-math
PeerResult run_odeint_fast(const PeerTask& task);

}  // namespace modecollapse::bench
