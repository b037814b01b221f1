// Outcome of a trained RealNVP flow: the mass of q on either side of the hyperplane orthogonal to mu*, against the target's.
//
//   target masses   P+ = w* Phi(R) + (1 - w*) Phi(-R),  P- = 1 - P+
//   a mode is lost  when the side of it holds less than `floor` (5 %) of its target mass
//
// Every member is in exactly one class: non-finite training ended it (failed), the minus mode is lost (collapsed_plus), the plus mode is
// lost (collapsed_minus), or none is (covered). Both cannot be lost: the two masses sum to 1.
#pragma once

#include <cstdint>

#include "modecollapse/platform.hpp"

namespace modecollapse {

enum class FlowOutcome : std::uint8_t { collapsed_plus = 0, collapsed_minus = 1, covered = 2, failed = 3 };

inline constexpr int flow_outcome_count = 4;
inline constexpr const char* flow_outcome_names[flow_outcome_count] = {"collapsed_plus", "collapsed_minus", "covered", "failed"};

MC_HOST_DEVICE bool is_collapse(FlowOutcome outcome) { return static_cast<int>(outcome) <= static_cast<int>(FlowOutcome::collapsed_minus); }

// mass_plus, target_plus: of the half-space <mu*, x> > 0.
MC_HOST_DEVICE FlowOutcome flow_outcome(double mass_plus, double target_plus, double floor) {
    if (!(mass_plus >= 0.0 && mass_plus <= 1.0)) return FlowOutcome::failed;  // also catches NaN
    if (1.0 - mass_plus < floor * (1.0 - target_plus)) return FlowOutcome::collapsed_plus;
    if (mass_plus < floor * target_plus) return FlowOutcome::collapsed_minus;
    return FlowOutcome::covered;
}

}  // namespace modecollapse
