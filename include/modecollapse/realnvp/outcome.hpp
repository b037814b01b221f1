// Outcome of a trained RealNVP flow: the mass of q on either side of the hyperplane orthogonal to mu*, against the
// target's.
//
//   target masses   P+ = w* Phi(R) + (1 - w*) Phi(-R),  P- = 1 - P+
//   a mode is lost  when the side of it holds less than `floor` (5 %) of its target mass
//
// Every member is in exactly one class: non-finite training ended it (failed), the minus mode is lost (collapsed_plus),
// the plus mode is lost (collapsed_minus), or none is (covered). Both cannot be lost: the two masses sum to 1.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

enum class RealnvpOutcome : std::uint8_t { collapsed_plus = 0, collapsed_minus = 1, covered = 2, failed = 3 };

inline constexpr int realnvp_outcome_count = 4;
inline constexpr const char* realnvp_outcome_names[realnvp_outcome_count] = {"collapsed_plus", "collapsed_minus",
                                                                             "covered", "failed"};

MC_HOST_DEVICE bool is_collapse(RealnvpOutcome outcome) {
    return static_cast<int>(outcome) <= static_cast<int>(RealnvpOutcome::collapsed_minus);
}

// mass_plus, target_plus: of the half-space <mu*, x> > 0.
MC_HOST_DEVICE RealnvpOutcome flow_outcome(double mass_plus, double target_plus, double floor) {
    if (!(mass_plus >= 0.0 && mass_plus <= 1.0)) return RealnvpOutcome::failed;  // also catches NaN
    if (1.0 - mass_plus < floor * (1.0 - target_plus)) return RealnvpOutcome::collapsed_plus;
    if (mass_plus < floor * target_plus) return RealnvpOutcome::collapsed_minus;
    return RealnvpOutcome::covered;
}

}  // namespace modecollapse
