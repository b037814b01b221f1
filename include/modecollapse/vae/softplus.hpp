// softplus(a) = log(1 + e^a) with its two derivatives, where most of the time of a small network's training goes.
//
//   s = e^{-|a|} = 2^n e^r, |r| <= (log 2)/2;  e^r = 1 + r + r^2 g(r)
//   log(1 + s) = 2 atanh z + (0 or log 2), z = s / (2 + s) or (s - 1) / (s + 3) for s > sqrt(2) - 1: |z| <= 3 - 2 sqrt(2);
//   atanh z = z + z z^2 h(z^2)
//   f' = 1 / (1 + s) or s / (1 + s), f'' = s / (1 + s)^2: one division serves all.
//
// g and h: interpolated at Chebyshev's nodes, of the degree that the number type needs, and evaluated in two chains, so that
// several rows are in flight. Relative errors (tests/unit/vae_maps_test.cpp): of f, f', f'' under 1e-15 in double and 6e-7 in
// single precision, for |a| < 354 and 43.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse::vae {

// f, f', f'' at one place.
template <class Real>
struct Activated {
    Real value, first, second;
};

template <class Scalar>
struct SoftplusSeries;

template <>
struct SoftplusSeries<double> {
    template <class Real>
    MC_HOST_DEVICE static Real exponential(Real r) {  // g: error 1.3e-17 of e^r
        const Real r2 = r * r;
        Real even = fma(Real(2.76201387197339956e-7), r2, Real(2.48015211902177277e-5));
        Real odd = fma(Real(2.51004241570050668e-8), r2, Real(2.75572683786841929e-6));
        even = fma(even, r2, Real(1.38888889172817933e-3));
        odd = fma(odd, r2, Real(1.98412698631059687e-4));
        even = fma(even, r2, Real(4.16666666666239915e-2));
        odd = fma(odd, r2, Real(8.33333333333005135e-3));
        even = fma(even, r2, Real(0.500000000000000103));
        odd = fma(odd, r2, Real(0.166666666666666675));
        return fma(odd, r, even);
    }
    template <class Real>
    MC_HOST_DEVICE static Real logarithm(Real y) {  // h: error 5e-18 of atanh z
        const Real y2 = y * y;
        Real even = fma(Real(0.0730856419990364994), y2, Real(0.0909144538901306516));
        Real odd = fma(Real(0.0766583333829858717), y2, Real(0.111111055560524737));
        even = fma(even, y2, Real(0.142857143130572591));
        odd = fma(odd, y2, Real(0.199999999999495989));
        even = fma(even, y2, Real(0.333333333333333485));
        return fma(odd, y, even);
    }
};

template <>
struct SoftplusSeries<float> {
    template <class Real>
    MC_HOST_DEVICE static Real exponential(Real r) {  // error 8e-9
        const Real r2 = r * r;
        Real even = fma(Real(1.3926213466332443e-3), r2, Real(0.0416665544376859389));
        const Real odd = fma(Real(0.00836320297157585495), r2, Real(0.166665768459939763));
        even = fma(even, r2, Real(0.5));
        return fma(odd, r, even);
    }
    template <class Real>
    MC_HOST_DEVICE static Real logarithm(Real y) {  // error 3e-9
        return fma(fma(Real(0.147902338268971724), y, Real(0.199943845721602551)), y, Real(0.333333425337440809));
    }
};

template <class Real>
MC_HOST_DEVICE Activated<Real> softplus(Real a) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    using Series = SoftplusSeries<ScalarOf<Real>>;
    // Beyond it e^{-|a|} is taken as 0: its square, which gradient maps take, would be subnormal, and work on such numbers slow.
    const Real end = Real(0.5 * Layout::least_exponent);
    const Real least = max(-abs(a), end);
    const Real shift = Real(Layout::rounding_shift);  // adding and subtracting rounds to the nearest integer
    const Real n = fma(least, Real(1.44269504088896341), shift) - shift;
    const Real r = fma(n, Real(-Layout::log2_low), fma(n, Real(-Layout::log2_high), least));
    const Real s = select(least > end, fma(r * r, Series::exponential(r), Real(1.0) + r) * power_of_two(n), Real(0.0));
    const MaskOf<Real> large = s > Real(0.41421356237309505);
    const Real whole = Real(1.0) + s, numerator = select(large, s - Real(1.0), s);
    const Real denominator = whole + select(large, Real(2.0), Real(1.0));
    const Real quotient = Real(1.0) / (whole * denominator);
    const Real z = numerator * (quotient * whole), z2 = z * z, twice = z + z;
    const Real logarithm =
        fma(twice * z2, Series::logarithm(z2), twice) + select(large, Real(0.693147180559945309), Real(0.0));
    const Real logistic = quotient * denominator, other = s * logistic;  // of |a| and of -|a|
    return {max(a, Real(0.0)) + logarithm, select(a >= Real(0.0), logistic, other), other * logistic};
}

}  // namespace modecollapse::vae
