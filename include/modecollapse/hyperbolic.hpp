// The hyperbolic tangent from + - * / fma and bit operations only: the activation of the networks of a RealNVP flow.
//
//   tanh(x) = -sign(x) e / (e + 2),  e = exp(-2|x|) - 1, without cancellation near 0
//   -2|x| = n log 2 + r, |r| <= (log 2)/2;  exp(r) - 1 by its Taylor series, to r^13 (double) or r^7 (single)
//
// Error under 3 ulp (tests/unit/realnvp_parts_test.cpp). A NaN gives +-1, as min and max drop it: who needs to know looks at x.
#pragma once

#include "modecollapse/number.hpp"

namespace modecollapse {

// (exp(r) - 1 - r) / r^2 for |r| <= (log 2)/2.
template <class Real>
MC_HOST_DEVICE Real exponential_tail(Real r) {
    Real sum;
    if constexpr (sizeof(ScalarOf<Real>) == 8) {
        sum = fma(Real(1.0 / 6227020800.0), r, Real(1.0 / 479001600.0));
        sum = fma(sum, r, Real(1.0 / 39916800.0));
        sum = fma(sum, r, Real(1.0 / 3628800.0));
        sum = fma(sum, r, Real(1.0 / 362880.0));
        sum = fma(sum, r, Real(1.0 / 40320.0));
        sum = fma(sum, r, Real(1.0 / 5040.0));
        sum = fma(sum, r, Real(1.0 / 720.0));
    } else {
        sum = fma(Real(1.0 / 5040.0), r, Real(1.0 / 720.0));
    }
    sum = fma(sum, r, Real(1.0 / 120.0));
    sum = fma(sum, r, Real(1.0 / 24.0));
    sum = fma(sum, r, Real(1.0 / 6.0));
    return fma(sum, r, Real(0.5));
}

template <class Real>
MC_HOST_DEVICE Real tanh(Real x) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    constexpr double least = sizeof(ScalarOf<Real>) == 8 ? -40.0 : -20.0;  // from here on the result is 1
    const Real y = max(Real(-2.0) * abs(x), Real(least));
    const Real shift = Real(Layout::rounding_shift);  // adding and subtracting rounds to the nearest integer
    const Real n = fma(y, Real(1.44269504088896341), shift) - shift;
    const Real r = fma(n, Real(-Layout::log2_low), fma(n, Real(-Layout::log2_high), y));
    const Real small = fma(r * r, exponential_tail(r), r);
    const Real power = power_of_two(n);
    const Real e = fma(power, small, power - Real(1.0));
    const Real size = -e / (e + Real(2.0));
    return select(x < Real(0.0), -size, size);
}

}  // namespace modecollapse
