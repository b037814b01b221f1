// A number with its derivatives by two parameters: a number type of numbers/number.hpp, so that the engine's own field
// and integrator carry the derivatives of a state by its start along (forward differentiation, exact up to rounding).
//
//   (x, x') + (y, y') = (x + y, x' + y'),   (x, x') (y, y') = (x y, x y' + x' y)
//   sqrt(x, x') = (sqrt x, x' / (2 sqrt x))
//
// Comparisons look at the value alone. Host only.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

struct DualNumber {
    static constexpr int parameters = 2;
    double value = 0.0;
    double derivative[parameters] = {0.0, 0.0};

    DualNumber() = default;
    explicit DualNumber(double x) : value(x) {}
    DualNumber(double x, double by_first, double by_second) : value(x), derivative{by_first, by_second} {}
};

template <>
struct NumberTraits<DualNumber> {
    using Scalar = double;
    using Mask = bool;
    static constexpr int lanes = 1;
};

inline DualNumber operator+(const DualNumber& a, const DualNumber& b) {
    return {a.value + b.value, a.derivative[0] + b.derivative[0], a.derivative[1] + b.derivative[1]};
}
inline DualNumber operator-(const DualNumber& a, const DualNumber& b) {
    return {a.value - b.value, a.derivative[0] - b.derivative[0], a.derivative[1] - b.derivative[1]};
}
inline DualNumber operator-(const DualNumber& a) { return {-a.value, -a.derivative[0], -a.derivative[1]}; }
inline DualNumber operator*(const DualNumber& a, const DualNumber& b) {
    return {a.value * b.value, a.value * b.derivative[0] + a.derivative[0] * b.value,
            a.value * b.derivative[1] + a.derivative[1] * b.value};
}
inline DualNumber fma(const DualNumber& a, const DualNumber& b, const DualNumber& c) { return a * b + c; }
inline DualNumber sqrt(const DualNumber& a) {
    const double root = ::std::sqrt(a.value);
    return {root, 0.5 * a.derivative[0] / root, 0.5 * a.derivative[1] / root};
}
inline bool operator<(const DualNumber& a, const DualNumber& b) { return a.value < b.value; }
inline bool operator>(const DualNumber& a, const DualNumber& b) { return a.value > b.value; }
inline DualNumber select(bool mask, const DualNumber& a, const DualNumber& b) { return mask ? a : b; }

}  // namespace modecollapse
