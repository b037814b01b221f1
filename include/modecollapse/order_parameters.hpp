// Order parameters (summary statistics) of the two-component family: PHYSICS section 2.
//
//   m_i = <mu_i, mu*> / R^2,   u = 1 - s with s = <mu1, mu2> / R^2,   lambda = log(w1 / w2)
//
// All dimensionless. u is carried instead of s: near alignment u falls to 1e-5, where s would lose its digits.
#pragma once

#include "modecollapse/number.hpp"

namespace modecollapse {

template <class Real>
struct OrderParameters {
    Real m1;      // alignment of the first mean with +mu*, in [-1, 1]
    Real m2;      // alignment of the second mean, in [-1, 1]
    Real u;       // 1 - overlap of the means, in [0, 2]
    Real lambda;  // log-odds of the first component's weight
};

// Range of u that keeps the Gram matrix [[1,m1,m2],[m1,1,s],[m2,s,1]] positive semi-definite.
template <class Real>
struct OverlapRange {
    Real u_min;
    Real u_max;
};

template <class Real>
MC_HOST_DEVICE OverlapRange<Real> admissible_overlap(Real m1, Real m2) {
    const Real zero = Real(0.0);
    const Real sine1 = sqrt(max(Real(1.0) - m1 * m1, zero));
    const Real sine2 = sqrt(max(Real(1.0) - m2 * m2, zero));
    const Real centre = Real(1.0) - m1 * m2;
    return {max(centre - sine1 * sine2, zero), centre + sine1 * sine2};
}

}  // namespace modecollapse
