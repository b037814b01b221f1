// The number types that the physics is written over: double, float, and (CPU backend) a SIMD pack of either.
//
// A number type `Real` offers + - * /, comparisons that give `NumberTraits<Real>::Mask`, and the functions below.
// Nothing else is used by the physics, and each of these is correctly rounded (IEEE 754), so the same source gives the
// same bits on every backend as long as the compiler is told not to contract products and sums on its own: the build
// sets -ffp-contract=off (host) and --fmad=false (device), and every fused multiply-add that we want is written as
// fma().
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

template <class Real>
struct NumberTraits;

// IEEE 754 formats, in what the elementary functions ask of them.
template <class Scalar>
struct FloatLayout;

template <>
struct FloatLayout<double> {
    using Bits = std::uint64_t;
    static constexpr int mantissa_bits = 52;
    static constexpr Bits one = 1;
    static constexpr Bits bias = 1023;
    static constexpr Bits sqrt_half_bits = 0x3fe6a09e667f3bcdull;
    static constexpr Bits integer_bits =
        0x4330000000000000ull;  // 2^52: adding a small integer to these bits adds it to the value
    static constexpr double integer_value = 4503599627370496.0;
    static constexpr double rounding_shift = 6755399441055744.0;  // 1.5 * 2^52
    static constexpr double log2_high = 0.69314718055994528623, log2_low = 2.3190468138462995584e-17;
    static constexpr double least_exponent = -708.0, largest_exponent = 709.0;
};

template <>
struct FloatLayout<float> {
    using Bits = std::uint32_t;
    static constexpr int mantissa_bits = 23;
    static constexpr Bits one = 1;
    static constexpr Bits bias = 127;
    static constexpr Bits sqrt_half_bits = 0x3f3504f3u;
    static constexpr Bits integer_bits = 0x4b000000u;
    static constexpr double integer_value = 8388608.0;
    static constexpr double rounding_shift = 12582912.0;
    static constexpr double log2_high = 0.693147182464599609375, log2_low = -1.90465429995776804525e-9;
    static constexpr double least_exponent = -87.0, largest_exponent = 88.0;
};

template <>
struct NumberTraits<double> {
    using Scalar = double;
    using Mask = bool;
    using Bits = std::uint64_t;
    static constexpr int lanes = 1;
    MC_HOST_DEVICE static double load(const double* lane) { return *lane; }
    MC_HOST_DEVICE static double from_bits(std::uint64_t bits) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
};

template <>
struct NumberTraits<float> {
    using Scalar = float;
    using Mask = bool;
    using Bits = std::uint32_t;
    static constexpr int lanes = 1;
    MC_HOST_DEVICE static float load(const float* lane) { return *lane; }
    MC_HOST_DEVICE static float from_bits(std::uint32_t bits) {
        float x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
};

template <class Real>
using ScalarOf = typename NumberTraits<Real>::Scalar;
template <class Real>
using MaskOf = typename NumberTraits<Real>::Mask;
template <class Real>
using BitsOf = typename NumberTraits<Real>::Bits;

// a * b + c, rounded once.
MC_HOST_DEVICE double fma(double a, double b, double c) { return ::fma(a, b, c); }
MC_HOST_DEVICE float fma(float a, float b, float c) { return ::fmaf(a, b, c); }

MC_HOST_DEVICE double sqrt(double x) { return ::sqrt(x); }
MC_HOST_DEVICE float sqrt(float x) { return ::sqrtf(x); }

MC_HOST_DEVICE double abs(double x) { return ::fabs(x); }
MC_HOST_DEVICE float abs(float x) { return ::fabsf(x); }

// mask ? a : b, lane by lane.
MC_HOST_DEVICE double select(bool mask, double a, double b) { return mask ? a : b; }
MC_HOST_DEVICE float select(bool mask, float a, float b) { return mask ? a : b; }

MC_HOST_DEVICE bool any(bool mask) { return mask; }

// Smaller and larger of two; the second argument when they compare false (a NaN in `a` is dropped, one in `b` is kept).
template <class Real>
MC_HOST_DEVICE Real min(Real a, Real b) {
    return select(a < b, a, b);
}
template <class Real>
MC_HOST_DEVICE Real max(Real a, Real b) {
    return select(a > b, a, b);
}

MC_HOST_DEVICE std::uint64_t to_bits(double x) {
    std::uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
MC_HOST_DEVICE std::uint32_t to_bits(float x) {
    std::uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
template <class Real>
MC_HOST_DEVICE Real from_bits(BitsOf<Real> bits) {
    return NumberTraits<Real>::from_bits(bits);
}

// 2^n for a whole number n whose power is a normal number.
template <class Real>
MC_HOST_DEVICE Real power_of_two(Real n) {
    using Layout = FloatLayout<ScalarOf<Real>>;
    // the integer n + bias stands in the low bits of 2^mantissa_bits + (n + bias)
    const Real shifted = n + Real(Layout::integer_value + static_cast<double>(Layout::bias));
    return from_bits<Real>(to_bits(shifted) << Layout::mantissa_bits);
}

// Lane access: a pack is read from consecutive scalars; a plain number is its own only lane.
template <class Real>
MC_HOST_DEVICE Real load(const ScalarOf<Real>* lanes) {
    return NumberTraits<Real>::load(lanes);
}
MC_HOST_DEVICE void store(double x, double* lanes) { *lanes = x; }
MC_HOST_DEVICE void store(float x, float* lanes) { *lanes = x; }
MC_HOST_DEVICE void store(bool mask, bool* lanes) { *lanes = mask; }

// Rounded to single precision and its bit pattern read as a signed integer, and the way back: used by the step-size
// controller only.
MC_HOST_DEVICE float to_single(double x) { return static_cast<float>(x); }
MC_HOST_DEVICE float to_single(float x) { return x; }
MC_HOST_DEVICE float single_bits_as_value(float x) {
    std::int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return static_cast<float>(bits);
}
MC_HOST_DEVICE float single_value_as_bits(float value) {
    const std::int32_t bits = static_cast<std::int32_t>(value);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
template <class Real>
MC_HOST_DEVICE Real from_single(float x) {
    return static_cast<Real>(x);
}

}  // namespace modecollapse
