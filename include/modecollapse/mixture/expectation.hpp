// Gaussian expectations of PHYSICS section 3, Z ~ N(0, 1), sigma = logistic, k = R^2 u:
//
//   T(m) = E tanh( R^2 m + R Z + h* )                               pull of the target, at a mean with alignment m
//   c(u) = w1 E sigma( log(w2/w1) - k + sqrt(2 k) Z )               repulsion: overlap of the two components, weighted
//
// The integrands stand here once. Host code integrates them by quadrature (the reference) and fits the fast forms below
// to a requested error; both backends evaluate only the fast forms. All quantities are dimensionless.
#pragma once

#include <cmath>

#include "modecollapse/numbers/dual.hpp"

namespace modecollapse {

// Integrand of T at Z = z. Host only (C library functions): evaluated when the fast form is built, never along a
// trajectory.
struct AttractionIntegrand {
    double radius;
    double half_log_odds;  // h* = (1/2) log( w* / (1 - w*) )
    double operator()(double m, double z) const { return std::tanh(radius * radius * m + radius * z + half_log_odds); }
};

// Integrand of c at Z = z.
struct OverlapIntegrand {
    double radius;
    double weight;  // w1
    double operator()(double u, double z) const {
        const double k = radius * radius * u;
        const double argument = std::log((1.0 - weight) / weight) - k + std::sqrt(2.0 * k) * z;
        return weight / (1.0 + std::exp(-argument));
    }
};

// Integrand of V, per mean: V(m) = E log( w* e^{R^2 m + R Z} + (1 - w*) e^{-R^2 m - R Z} ), so that dV/dm = R^2 T(m).
struct LogTargetIntegrand {
    double radius;
    double target_weight;  // w*
    double operator()(double m, double z) const {
        const double exponent = radius * radius * m + radius * z;
        const double plus = std::log(target_weight) + exponent, minus = std::log(1.0 - target_weight) - exponent;
        return std::fmax(plus, minus) + std::log1p(std::exp(-std::fabs(plus - minus)));
    }
};

// Integrand of the gap  L(w1, w2, k) - L(w2, w1, k),  L(a, b, k) = E log( a + b exp(-k + sqrt(2 k) Z) ):  how much
// larger log q is, on average, on component 1 than on component 2. With x = -k + sqrt(2 k) z and lambda = log(w1/w2):
//   lambda + log(1 + e^{x - lambda}) - log(1 + e^{x + lambda}).
// Its derivatives give c as well: d gap / d lambda = 1 - c / (w1 w2).
struct ComponentGapIntegrand {
    double radius;
    double operator()(double lambda, double u, double z) const {
        const double k = radius * radius * u;
        const double x = -k + std::sqrt(2.0 * k) * z;
        const auto softplus = [](double y) { return std::fmax(y, 0.0) + std::log1p(std::exp(-std::fabs(y))); };
        return lambda + softplus(x - lambda) - softplus(x + lambda);
    }
};

// A function's value and its derivative.
template <class Real>
struct ValueAndSlope {
    Real value;
    Real slope;
};

template <class Real>
struct ValuePair {
    Real first;
    Real second;
};

// A polynomial p(x) on [-1, 1], kept as p(x) = even(y) + x odd(y) with y = 2 x^2 - 1.
//
// Two Horner chains of half the degree run side by side, and because T_2k(x) = T_k(y) the coefficients in powers of y
// stay of moderate size (they grow like 2.41^(n/2), not 2.41^n), so double precision holds 1e-10 up to degree 100. If p
// is odd, even() is exactly zero.
//
// Number: of the coefficients. length: 0, or that of both chains, which a compiler then knows; what is shorter is filled up with
// zeros, fma(0, y, c) = c, and no bit changes.
template <class Number = double, int length = 0>
struct ParitySplit {
    static constexpr int capacity = length > 0 ? length : 56;
    Number even[capacity];  // powers of y, constant term first
    Number odd[capacity];
    int terms;  // used in each of the two

    template <class Real>
    MC_HOST_DEVICE Real operator()(Real x) const {
        const Real y = fma(x + x, x, Real(-1.0));
        const int last = evaluated() - 1;
        Real sum_even = Real(even[last]);
        Real sum_odd = Real(odd[last]);
        for (int i = last - 1; i >= 0; --i) {
            sum_even = fma(sum_even, y, Real(even[i]));
            sum_odd = fma(sum_odd, y, Real(odd[i]));
        }
        return fma(x, sum_odd, sum_even);
    }

    // With derivatives: p and p' along one direction, whatever x depends on.
    template <class Real, int n>
    MC_HOST_DEVICE ValuePair<Dual<Real, n>> operator()(const Dual<Real, n>& x1, const Dual<Real, n>& x2) const {
        const ValuePair<Dual<Real, 1>> p = both(variable<1>(x1.value, 0), variable<1>(x2.value, 0));
        return {chained(p.first.value, p.first.slope[0], x1), chained(p.second.value, p.second.slope[0], x2)};
    }

    // p(x1) and p(x2) in one pass: each coefficient is fetched once, and four independent chains hide the latency.
    template <class Real>
    MC_HOST_DEVICE ValuePair<Real> operator()(Real x1, Real x2) const {
        return both(x1, x2);
    }

private:
    MC_HOST_DEVICE int evaluated() const { return length > 0 ? length : terms; }

    template <class Real>
    MC_HOST_DEVICE ValuePair<Real> both(Real x1, Real x2) const {
        const Real y1 = fma(x1 + x1, x1, Real(-1.0));
        const Real y2 = fma(x2 + x2, x2, Real(-1.0));
        const int last = evaluated() - 1;
        Real even1 = Real(even[last]), even2 = even1;
        Real odd1 = Real(odd[last]), odd2 = odd1;
        for (int i = last - 1; i >= 0; --i) {
            const Real next_even = Real(even[i]), next_odd = Real(odd[i]);
            even1 = fma(even1, y1, next_even);
            odd1 = fma(odd1, y1, next_odd);
            even2 = fma(even2, y2, next_even);
            odd2 = fma(odd2, y2, next_odd);
        }
        return {fma(x1, odd1, even1), fma(x2, odd2, even2)};
    }
};
using ParitySplitPolynomial = ParitySplit<>;

// Fast forms of T and c for one (R, w*, w1). Attraction, Overlap: ParitySplit of some kind.
template <class Attraction, class Overlap>
struct Expectations {
    Attraction attraction_of_m;   // x = m
    Overlap overlap_of_distance;  // x = sqrt(2 u) - 1: c is smooth in sqrt(u), and u in [0, 2] gives x in [-1, 1]

    template <class Real>
    MC_HOST_DEVICE Real attraction(Real m) const {
        return attraction_of_m(m);
    }
    template <class Real>
    MC_HOST_DEVICE ValuePair<Real> attractions(Real m1, Real m2) const {
        return attraction_of_m(m1, m2);
    }
    template <class Real>
    MC_HOST_DEVICE Real overlap(Real u) const {
        return overlap_of_distance(sqrt(max(u + u, Real(0.0))) - Real(1.0));
    }
};
using FastExpectations = Expectations<ParitySplitPolynomial, ParitySplitPolynomial>;

}  // namespace modecollapse
