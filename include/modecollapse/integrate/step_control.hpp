// The size of the next step from the embedded error estimate of the last one,
//
//   h <- h * clamp(0.9 err^(-1/5), 0.2, 5)      [Hairer, Norsett, Wanner, Solving ODEs I, II.4]
//
// err: the largest error over the error allowed. A step that ends nowhere is a fifth as long the next time.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

// How a lane stands after an attempt, in trajectories that run to a horizon.
inline constexpr double runs_on = 0.0, ended_at_horizon = 1.0, ended_stuck = 2.0;

inline constexpr double least_step = 1e-13;  // below it such a trajectory has failed

// The factor of the step size. finite: the lanes whose step has ended at numbers.
template <class Real>
MC_HOST_DEVICE Real step_factor(Real error, MaskOf<Real> finite) {
    const Real factor = Real(0.9) * approximate_inverse_fifth_root(min(max(error, Real(1e-8)), Real(1e8)));
    return select(finite, min(max(factor, Real(0.2)), Real(5.0)), Real(0.2));
}

}  // namespace modecollapse
