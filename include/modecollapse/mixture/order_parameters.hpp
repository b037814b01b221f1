// Order parameters (summary statistics) of the two-component family: PHYSICS section 2.
//
//   m_i = <mu_i, mu*> / R^2,   u = 1 - s with s = <mu1, mu2> / R^2,   and the coordinate of the weight w1
//
// All dimensionless. u is carried instead of s: near alignment u falls to 1e-5, where s would lose its digits.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

template <class Real>
struct OrderParameters {
    Real m1;  // alignment of the first mean with +mu*, in [-1, 1]
    Real m2;  // alignment of the second mean, in [-1, 1]
    Real u;   // 1 - overlap of the means, in [0, 2]
    Real
        // trainable weights: lambda = log(w1/w2), or w1 itself on the simplex (weights.hpp); fixed weights: unused
        weight;
};

// Range of u that keeps the Gram matrix [[1,m1,m2],[m1,1,s],[m2,s,1]] positive semi-definite: half the squared distance
// of the two unit vectors when they lie in one plane with mu*, on the same side of it or on opposite sides. Written so
// that no digits of a small u cancel.
template <class Real>
struct OverlapRange {
    Real u_min;
    Real u_max;
};

template <class Real>
MC_HOST_DEVICE OverlapRange<Real> admissible_overlap(Real m1, Real m2) {
    const Real one = Real(1.0);
    const Real zero = Real(0.0);
    const Real sine1 = sqrt(max((one - m1) * (one + m1), zero));
    const Real sine2 = sqrt(max((one - m2) * (one + m2), zero));
    const Real along = (m1 - m2) * (m1 - m2);
    const Real half = Real(0.5);
    return {half * fma(sine1 - sine2, sine1 - sine2, along), half * fma(sine1 + sine2, sine1 + sine2, along)};
}

// Is the state outside the admissible set, |m| <= 1 and a Gram determinant u (2 - u) - (m1 - m2)^2 - 2 m1 m2 u >= 0?
// False for NaN.
template <class Real>
MC_HOST_DEVICE MaskOf<Real> is_outside(const OrderParameters<Real>& y) {
    const Real difference = y.m1 - y.m2;
    const Real determinant = fma(y.u, Real(2.0) - y.u - Real(2.0) * y.m1 * y.m2, -(difference * difference));
    return (abs(y.m1) > Real(1.0)) | (abs(y.m2) > Real(1.0)) | (determinant < Real(0.0));
}

// The admissible state next to `y`: |m| cut at 1, then u cut at its range. Leaves an admissible state as it is up to
// rounding.
template <class Real>
MC_HOST_DEVICE OrderParameters<Real> projected(const OrderParameters<Real>& y) {
    const Real one = Real(1.0);
    const Real m1 = min(max(y.m1, -one), one);
    const Real m2 = min(max(y.m2, -one), one);
    const OverlapRange<Real> range = admissible_overlap(m1, m2);
    return {m1, m2, min(max(y.u, range.u_min), range.u_max), y.weight};
}

// The same by the shortest way: down the slope of the Gram determinant first. Cutting |m| at 1 by 1e-8 alone would move u by
// up to 1e-4.
template <class Real>
MC_HOST_DEVICE OrderParameters<Real> projected_nearby(OrderParameters<Real> y) {
    for (int i = 0; i < 2; ++i) {
        const Real s = Real(1.0) - y.u, difference = y.m1 - y.m2;
        const Real determinant = fma(y.u, Real(2.0) - y.u - Real(2.0) * y.m1 * y.m2, -(difference * difference));
        const Real by_m1 = fma(y.m2, s, -y.m1), by_m2 = fma(y.m1, s, -y.m2), by_u = fma(-y.m1, y.m2, s);  // halves
        const Real slope = Real(4.0) * fma(by_m1, by_m1, fma(by_m2, by_m2, by_u * by_u));
        const MaskOf<Real> near = (determinant < Real(0.0)) & (-determinant < Real(0.01) * slope);
        const Real way = select(near, Real(-2.0) * determinant / max(slope, Real(1e-30)), Real(0.0));
        y = {fma(way, by_m1, y.m1), fma(way, by_m2, y.m2), fma(way, by_u, y.u), y.weight};
    }
    return projected(y);
}

}  // namespace modecollapse
