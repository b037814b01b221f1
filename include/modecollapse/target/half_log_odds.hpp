// What the weight of the target's mode enters by (PHYSICS section 3):
//
//   h* = (1/2) log( w* / (1 - w*) )
//   log p(x) = log cosh( <mu*, x> + h* ) - log cosh h* + what does not depend on w*
//
// Dimensionless. Our own logarithm: h* is part of every result.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

// Half the log-odds of the target: h*.
MC_HOST_DEVICE double half_log_odds(double target_weight) {
    return 0.5 * (log(target_weight) - log(1.0 - target_weight));
}

// -log( 2 cosh h* )
MC_HOST_DEVICE double log_target_scale(double target_weight) {
    return 0.5 * (log(target_weight) + log(1.0 - target_weight));
}

}  // namespace modecollapse
