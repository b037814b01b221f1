// A number with its derivatives along n directions: a number type of numbers/number.hpp over another one, so that the
// field itself gives its Jacobian (forward differentiation, exact up to rounding), in every lane and on a GPU.
//
//   (x, x') + (y, y') = (x + y, x' + y'),   (x, x') (y, y') = (x y, x y' + x' y),   f(x, x') = (f(x), f'(x) x')
//
// Comparisons and masks look at the value alone.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

template <class Real, int n>
struct Dual {
    Real value;
    Real slope[n];

    Dual() = default;
    template <class Constant>  // a double or a Real
    MC_HOST_DEVICE explicit Dual(Constant x) : value(x) {
        for (int i = 0; i < n; ++i) slope[i] = Real(0.0);
    }
};

template <class Real, int n>
struct NumberTraits<Dual<Real, n>> {
    using Scalar = ScalarOf<Real>;
    using Mask = MaskOf<Real>;
    static constexpr int lanes = NumberTraits<Real>::lanes;
};

// The variable of direction i.
template <int n, class Real>
MC_HOST_DEVICE Dual<Real, n> variable(Real value, int direction) {
    Dual<Real, n> result(value);
    result.slope[direction] = Real(1.0);
    return result;
}

// f(x) from f's value and derivative at x.value.
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> chained(Real value, Real derivative, const Dual<Real, n>& x) {
    Dual<Real, n> result;
    result.value = value;
    for (int i = 0; i < n; ++i) result.slope[i] = derivative * x.slope[i];
    return result;
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> chained(Real value, Real by_x, const Dual<Real, n>& x, Real by_y, const Dual<Real, n>& y) {
    Dual<Real, n> result;
    result.value = value;
    for (int i = 0; i < n; ++i) result.slope[i] = fma(by_x, x.slope[i], by_y * y.slope[i]);
    return result;
}

template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> operator+(const Dual<Real, n>& a, const Dual<Real, n>& b) {
    Dual<Real, n> result;
    result.value = a.value + b.value;
    for (int i = 0; i < n; ++i) result.slope[i] = a.slope[i] + b.slope[i];
    return result;
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> operator-(const Dual<Real, n>& a, const Dual<Real, n>& b) {
    Dual<Real, n> result;
    result.value = a.value - b.value;
    for (int i = 0; i < n; ++i) result.slope[i] = a.slope[i] - b.slope[i];
    return result;
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> operator-(const Dual<Real, n>& a) {
    return chained(-a.value, Real(-1.0), a);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> operator*(const Dual<Real, n>& a, const Dual<Real, n>& b) {
    return chained(a.value * b.value, b.value, a, a.value, b);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> operator/(const Dual<Real, n>& a, const Dual<Real, n>& b) {
    const Real inverse = Real(1.0) / b.value, quotient = a.value / b.value;
    return chained(quotient, inverse, a, -quotient * inverse, b);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> fma(const Dual<Real, n>& a, const Dual<Real, n>& b, const Dual<Real, n>& c) {
    Dual<Real, n> result;
    result.value = fma(a.value, b.value, c.value);
    for (int i = 0; i < n; ++i) result.slope[i] = fma(a.value, b.slope[i], fma(b.value, a.slope[i], c.slope[i]));
    return result;
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> sqrt(const Dual<Real, n>& a) {
    const Real root = sqrt(a.value);
    return chained(root, Real(0.5) / root, a);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> log(const Dual<Real, n>& a) {
    return chained(log(a.value), Real(1.0) / a.value, a);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> exp(const Dual<Real, n>& a) {
    const Real value = exp(a.value);
    return chained(value, value, a);
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> select(MaskOf<Real> mask, const Dual<Real, n>& a, const Dual<Real, n>& b) {
    Dual<Real, n> result;
    result.value = select(mask, a.value, b.value);
    for (int i = 0; i < n; ++i) result.slope[i] = select(mask, a.slope[i], b.slope[i]);
    return result;
}
template <class Real, int n>
MC_HOST_DEVICE Dual<Real, n> abs(const Dual<Real, n>& a) {
    return select(a.value < Real(0.0), -a, a);
}

#define MC_DUAL_COMPARISON(op)                                                                \
    template <class Real, int n>                                                              \
    MC_HOST_DEVICE MaskOf<Real> operator op(const Dual<Real, n>& a, const Dual<Real, n>& b) { \
        return a.value op b.value;                                                            \
    }
MC_DUAL_COMPARISON(<)
MC_DUAL_COMPARISON(<=)
MC_DUAL_COMPARISON(>)
MC_DUAL_COMPARISON(>=)
#undef MC_DUAL_COMPARISON

}  // namespace modecollapse
