// The hyperbolic tangent from + - * / fma and bit operations only: the activation of the networks of a RealNVP flow,
// half of whose time is it.
//
//   x = n (log 2)/2 + u, |u| <= (log 2)/4 = 0.1733
//   tanh(u) = B / A by the continued fraction u / (1 + u^2 / (3 + u^2 / (5 + ...))),  v = u^2:
//       double  B = u (10395 + 1260 v + 21 v^2),  A = 10395 + 4725 v + 210 v^2 + v^3    truncation below 1e-18
//       single  B = u (15 + v),                   A = 15 + 6 v                          truncation below 2e-8
//   tanh(x) = ( (N - 1) A + (N + 1) B ) / ( (N + 1) A + (N - 1) B ),  N = 2^n: no cancellation near 0, where N = 1
//
// Relative error under 3 ulp (tests/unit/realnvp_parts_test.cpp). A NaN gives +-1, as min and max drop it: who needs to
// know looks at x.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

template <class Real>
MC_HOST_DEVICE Real tanh(Real x) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    constexpr bool wide = sizeof(ScalarOf<Real>) == 8;
    constexpr double largest = wide ? 20.0 : 10.0;  // from here on the result is 1
    const Real y = max(min(x, Real(largest)), Real(-largest));
    const Real shift = Real(Layout::rounding_shift);  // adding and subtracting rounds to the nearest integer
    const Real n = fma(y, Real(2.0 * 1.44269504088896341), shift) - shift;
    const Real u =
        fma(n, Real(-0.5 * Layout::log2_high), y);  // n log2_low / 2 would be less than half an ulp of the result
    const Real v = u * u;
    Real a, b;
    if constexpr (wide) {
        a = fma(fma(v + Real(210.0), v, Real(4725.0)), v, Real(10395.0));
        b = u * fma(fma(Real(21.0), v, Real(1260.0)), v, Real(10395.0));
    } else {
        a = fma(Real(6.0), v, Real(15.0));
        b = u * (v + Real(15.0));
    }
    const Real power = power_of_two(n), less = power - Real(1.0), more = power + Real(1.0);
    return fma(less, a, more * b) / fma(more, a, less * b);
}

}  // namespace modecollapse
