// How a mixture shares its mass out between the modes of the target, where a trajectory ends.
//
// A component whose mean has the alignment m takes from the target's mode at +mu* the responsibility
//   rho(m) = E sigma( 2 R^2 m + 2 R Z + 2 h* ) = ( 1 + T(m) ) / 2,     T(m) = E tanh( R^2 m + R Z + h* )
// so T, which the field knows, is all that is needed. Dimensionless.
#pragma once

#include "modecollapse/mixture/weights.hpp"
#include "modecollapse/target/mode_coverage.hpp"

namespace modecollapse {

struct MixtureEnd {
    double target_weight;             // w*
    Weights<double> weights;          // w1, w2
    double attraction1, attraction2;  // T(m1), T(m2)
};

// q_+ = w1 rho(m1) + w2 rho(m2): the share of q on the mode at +mu*; that on the other is 1 - q_+.
MC_HOST_DEVICE double share_of_first_mode(const MixtureEnd& end) {
    return 0.5 * (end.weights.first * (1.0 + end.attraction1) + end.weights.second * (1.0 + end.attraction2));
}

// (1/2) sum_k |w*_k - q_k| over the two modes. 0: q has the target's weights.
MC_HOST_DEVICE double mode_weight_error(const MixtureEnd& end) {
    const double weight = end.target_weight, share = share_of_first_mode(end);
    return mode_weight_error_of(weight, share) + mode_weight_error_of(1.0 - weight, 1.0 - share);
}

// Entropic coverage of two modes, one of this share: 1 for equal shares, 0 on one mode.
MC_HOST_DEVICE double entropic_coverage_at(double share) {
    return entropic_coverage_of(mode_entropy_of(share) + mode_entropy_of(1.0 - share), 2);
}
MC_HOST_DEVICE double entropic_mode_coverage(const MixtureEnd& end) {
    return entropic_coverage_at(share_of_first_mode(end));
}

}  // namespace modecollapse
