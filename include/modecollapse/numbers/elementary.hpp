// Elementary functions from + - * / fma and bit operations only, so that a SIMD lane, a CPU scalar and a GPU thread
// agree to the last bit.
//
// The C library's versions differ between platforms by an ulp, which is enough to flip the outcome of a trajectory near
// a separatrix. Errors below are the largest found by tests/unit/elementary_test.cpp against the C library on 10^6
// points.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

// Natural logarithm of a positive, normal, finite number. Double: error under 2 ulp, or 3e-16 absolute near x = 1.
//   x = 2^e f, f in [sqrt(1/2), sqrt(2));  log f = 2 atanh(z), z = (f - 1) / (f + 1), by its Taylor series in
//   z^2 <= 0.0295.
template <class Real>
MC_HOST_DEVICE Real log(Real x) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    using Bits = BitsOf<Real>;
    const Bits sqrt_half = Bits{} + Layout::sqrt_half_bits;
    const Bits offset = to_bits(x) - sqrt_half;  // exponent field counts from f = sqrt(1/2)
    const Bits biased =
        (offset + (Layout::bias << Layout::mantissa_bits)) >> Layout::mantissa_bits;  // e + bias, positive for normal x
    const Real e = from_bits<Real>(biased + Layout::integer_bits) -
                   Real(Layout::integer_value + static_cast<double>(Layout::bias));
    const Real f = from_bits<Real>((offset & ((Layout::one << Layout::mantissa_bits) - Layout::one)) + sqrt_half);
    const Real z = (f - Real(1.0)) / (f + Real(1.0));
    const Real z2 = z * z;
    Real sum = Real(1.0 / 23.0);
    sum = fma(sum, z2, Real(1.0 / 21.0));
    sum = fma(sum, z2, Real(1.0 / 19.0));
    sum = fma(sum, z2, Real(1.0 / 17.0));
    sum = fma(sum, z2, Real(1.0 / 15.0));
    sum = fma(sum, z2, Real(1.0 / 13.0));
    sum = fma(sum, z2, Real(1.0 / 11.0));
    sum = fma(sum, z2, Real(1.0 / 9.0));
    sum = fma(sum, z2, Real(1.0 / 7.0));
    sum = fma(sum, z2, Real(1.0 / 5.0));
    sum = fma(sum, z2, Real(1.0 / 3.0));
    const Real log_f = fma(Real(2.0) * z * z2, sum, Real(2.0) * z);
    return fma(e, Real(0.693147180559945309), log_f);
}

// e^x. Below the smallest normal number the result is 0, above the largest it is cut off there. Double: error under 2
// ulp.
//   x = n log 2 + r, |r| <= (log 2)/2;  e^r by its Taylor series.
template <class Real>
MC_HOST_DEVICE Real exp(Real x) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    const Real clamped = min(max(x, Real(Layout::least_exponent)), Real(Layout::largest_exponent));
    const Real shift = Real(Layout::rounding_shift);  // adding and subtracting rounds to the nearest integer
    const Real n = fma(clamped, Real(1.44269504088896341), shift) - shift;
    const Real r = fma(n, Real(-Layout::log2_low), fma(n, Real(-Layout::log2_high), clamped));
    Real sum = Real(1.0 / 6227020800.0);
    sum = fma(sum, r, Real(1.0 / 479001600.0));
    sum = fma(sum, r, Real(1.0 / 39916800.0));
    sum = fma(sum, r, Real(1.0 / 3628800.0));
    sum = fma(sum, r, Real(1.0 / 362880.0));
    sum = fma(sum, r, Real(1.0 / 40320.0));
    sum = fma(sum, r, Real(1.0 / 5040.0));
    sum = fma(sum, r, Real(1.0 / 720.0));
    sum = fma(sum, r, Real(1.0 / 120.0));
    sum = fma(sum, r, Real(1.0 / 24.0));
    sum = fma(sum, r, Real(1.0 / 6.0));
    sum = fma(sum, r, Real(0.5));
    sum = fma(sum, r, Real(1.0));
    sum = fma(sum, r, Real(1.0));
    return select(x < Real(Layout::least_exponent), Real(0.0), sum * power_of_two(n));
}

// sin(2 pi t) and cos(2 pi t) for t in [0, 1]. Error under 4e-16.
template <class Real>
struct SineCosine {
    Real sine;
    Real cosine;
};

template <class Real>
MC_HOST_DEVICE SineCosine<Real> sine_cosine_of_turn(Real t) {
    const Real four_t = Real(4.0) * t;
    const Real shift = Real(6755399441055744.0);  // 1.5 * 2^52: adding and subtracting rounds to the nearest integer
    const Real quarter = (four_t + shift) - shift;
    const Real r = (four_t - quarter) * Real(1.57079632679489662);
    const Real r2 = r * r;
    Real sine = Real(1.0 / 355687428096000.0);
    sine = fma(sine, r2, Real(-1.0 / 1307674368000.0));
    sine = fma(sine, r2, Real(1.0 / 6227020800.0));
    sine = fma(sine, r2, Real(-1.0 / 39916800.0));
    sine = fma(sine, r2, Real(1.0 / 362880.0));
    sine = fma(sine, r2, Real(-1.0 / 5040.0));
    sine = fma(sine, r2, Real(1.0 / 120.0));
    sine = fma(sine, r2, Real(-1.0 / 6.0));
    sine = fma(sine * r2, r, r);
    Real cosine = Real(-1.0 / 6402373705728000.0);
    cosine = fma(cosine, r2, Real(1.0 / 20922789888000.0));
    cosine = fma(cosine, r2, Real(-1.0 / 87178291200.0));
    cosine = fma(cosine, r2, Real(1.0 / 479001600.0));
    cosine = fma(cosine, r2, Real(-1.0 / 3628800.0));
    cosine = fma(cosine, r2, Real(1.0 / 40320.0));
    cosine = fma(cosine, r2, Real(-1.0 / 720.0));
    cosine = fma(cosine, r2, Real(1.0 / 24.0));
    cosine = fma(cosine, r2, Real(-0.5));
    cosine = fma(cosine, r2, Real(1.0));
    // quarter turns 0, 1, 2, 3, 4: (s, c), (c, -s), (-s, -c), (-c, s), (s, c)
    const MaskOf<Real> odd = (quarter == Real(1.0)) | (quarter == Real(3.0));
    const MaskOf<Real> sine_negative = (quarter == Real(2.0)) | (quarter == Real(3.0));
    const MaskOf<Real> cosine_negative = (quarter == Real(1.0)) | (quarter == Real(2.0));
    const Real s = select(odd, cosine, sine);
    const Real c = select(odd, sine, cosine);
    return {select(sine_negative, -s, s), select(cosine_negative, -c, c)};
}

// x^(-1/5) for x in [1e-30, 1e30], to 1 %: all the step-size controller needs. Exponent arithmetic in single precision,
// one Newton step.
template <class Real>
MC_HOST_DEVICE Real approximate_inverse_fifth_root(Real x) {
    const auto single = to_single(x);
    using Single = decltype(to_single(x));
    // bits(y) = (6/5) bits(1) - bits(x) / 5, lowered by 0.45 % of an octave so that the error of the piecewise-linear
    // logarithm is centred
    const Single guess =
        single_value_as_bits(Single(1.2f * 1065353216.0f - 300000.0f) - Single(0.2f) * single_bits_as_value(single));
    const Single guess2 = guess * guess;
    const Single correction = Single(1.2f) - Single(0.2f) * (single * guess2 * guess2 * guess);
    return from_single<Real>(guess * correction);
}

}  // namespace modecollapse
