// What the shares q_k of a target's modes in a fit say: how far they are from the modes' weights, by the mode-weight error
// (1/2) sum_k |w_k - q_k|, the total variation of the two laws over the modes (0: the fit has the target's weights); and
// over how many modes the fit is spread, by the entropic coverage -sum_k q_k log q_k / log K* (0: one mode, 1: all alike).
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

// The parts of one mode.
MC_HOST_DEVICE double mode_weight_error_of(double weight, double share) { return 0.5 * abs(weight - share); }
// A share beyond 0 or 1 by an integrator's error counts as these.
MC_HOST_DEVICE double mode_entropy_of(double share) { return share > 0.0 && share < 1.0 ? -(share * log(share)) : 0.0; }

// From the sum of the parts over the modes. NaN for one mode.
MC_HOST_DEVICE double entropic_coverage_of(double entropy, int modes) {
    return modes > 1 ? entropy / log(static_cast<double>(modes)) : ::nan("");
}

}  // namespace modecollapse
