// The number types that the physics is written over: double, float, and (CPU backend) a SIMD pack of either.
//
// A number type `Real` offers + - * /, comparisons that give `NumberTraits<Real>::Mask`, and the functions below. Nothing else is used
// by the physics, and each of these is correctly rounded (IEEE 754), so the same source gives the same bits on every backend as long as
// the compiler is told not to contract products and sums on its own: the build sets -ffp-contract=off (host) and --fmad=false (device),
// and every fused multiply-add that we want is written as fma().
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "modecollapse/platform.hpp"

namespace modecollapse {

template <class Real>
struct NumberTraits;

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
template <class Real>
MC_HOST_DEVICE Real from_bits(BitsOf<Real> bits) {
    return NumberTraits<Real>::from_bits(bits);
}

// Lane access: a pack is read from consecutive scalars; a plain number is its own only lane.
template <class Real>
MC_HOST_DEVICE Real load(const ScalarOf<Real>* lanes) {
    return NumberTraits<Real>::load(lanes);
}
MC_HOST_DEVICE void store(double x, double* lanes) { *lanes = x; }
MC_HOST_DEVICE void store(float x, float* lanes) { *lanes = x; }
MC_HOST_DEVICE void store(bool mask, bool* lanes) { *lanes = mask; }

// Rounded to single precision and its bit pattern read as a signed integer, and the way back: used by the step-size controller only.
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
