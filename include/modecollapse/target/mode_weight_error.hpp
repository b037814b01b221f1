// How far the shares q_k of a target's modes in a fit are from the modes' weights: the mode-weight error (1/2) sum_k |w_k - q_k|, the
// total variation of the two laws over the modes. 0: the fit has the target's weights.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

// The part of one mode.
MC_HOST_DEVICE double mode_weight_error_of(double weight, double share) { return 0.5 * abs(weight - share); }

}  // namespace modecollapse
