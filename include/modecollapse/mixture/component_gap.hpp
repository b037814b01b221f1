// Fast form of the gap L(w1, w2, k) - L(w2, w1, k) of trainable weights, a function of lambda = log(w1/w2) and u, k = R^2 u.
//
//   gap(lambda, u) = sum_j r_j(p) T_{2j+1}(x),   x = scale lambda / sqrt(lambda^2 + a^2),   p = sqrt(2 u) - 1,   |lambda| <= L
//
// Odd in lambda, so only odd Chebyshev polynomials T. Each row r_j is a polynomial in p, kept parity-split like
// ParitySplitPolynomial; rows are evaluated two at a time, four independent chains, which hide each other's latency. The sum
// over j is Clenshaw's recurrence, carried together with its derivative. The derivative gives the repulsion,
//   c = w1 w2 (1 - d gap / d lambda),
// so that both come from one evaluation and belong to one objective. Two fits: a short one where nearly every trajectory
// stays (|lambda| <= 3 at R = 1.5, 12 from R = 3.1 on), and one up to |lambda| = 20 (weights down to 2e-9).
//
// Beyond, where the lighter weight is e^{lambda}, lambda < -20, and the heavier one 1: the gap falls short of its limit by
//   S = k - |gap| = E log( 1 + e^{lambda + k + s Z} ),   s = sqrt(2k),
// which is lambda + k from 6 s above -k on, e^{lambda + 2k} from 6.5 s below -3k on and for s < 2.4, and in between
//   log S = sum_j r_j(p) T_j(x),   x linear in lambda, p linear in s,
// a Gaussian tail. Fisher-Rao weights and those of the simplex get there; without this fit (softmax, whose weights do not) the
// gap goes on linearly up to its limit.
//
// Built by host/expectation/. All quantities dimensionless.
#pragma once

#include "modecollapse/mixture/expectation.hpp"

namespace modecollapse {

// sum_j r_j(p) of Chebyshev polynomials. A view: the coefficients belong to whoever built the fit.
struct ChebyshevRows {
    static constexpr int capacity = 96;
    // two rows after two rows, 2 j and 2 j + 1: (terms[j], 4), for each power of y = 2 p^2 - 1, constant first, the
    // even and odd part of the one and of the other
    const double* coefficients;
    int size;       // numbers in all rows
    int row_pairs;  // if the number of rows is odd, the last one's neighbour is zero
    int terms[capacity / 2];

    // The last two terms b0, b1 of Clenshaw's recurrence b_j = r_j + turn b_{j+1} - b_{j+2}, and their derivatives by turn.
    template <class Real>
    struct Sum {
        Real b0, b1, d0, d1;
    };

    // p in [-1, 1], y = 2 p^2 - 1.
    template <class Real>
    MC_HOST_DEVICE Sum<Real> operator()(Real turn, Real p, Real y) const {
        Real b0 = Real(0.0), b1 = Real(0.0), d0 = Real(0.0), d1 = Real(0.0);
        const double* row = coefficients + size;
        for (int j = row_pairs - 1; j >= 0; --j) {
            row -= 4 * terms[j];
            const double* power = row + 4 * (terms[j] - 1);
            Real even = Real(power[0]), odd = Real(power[1]), next_even = Real(power[2]), next_odd = Real(power[3]);
            for (int i = terms[j] - 2; i >= 0; --i) {
                power -= 4;
                even = fma(even, y, Real(power[0]));
                odd = fma(odd, y, Real(power[1]));
                next_even = fma(next_even, y, Real(power[2]));
                next_odd = fma(next_odd, y, Real(power[3]));
            }
            const Real d2 = fma(turn, d0, b0 - d1);
            const Real b2 = fma(turn, b0, fma(p, next_odd, next_even) - b1);
            d1 = d2;
            d0 = fma(turn, d2, b2 - d0);
            b1 = b2;
            b0 = fma(turn, b2, fma(p, odd, even) - b0);
        }
        return {b0, b1, d0, d1};
    }

    // With derivatives, whatever turn and p depend on: by turn twice, by p, and by both, in one pass.
    template <class Real, int n>
    MC_HOST_DEVICE Sum<Dual<Real, n>> operator()(const Dual<Real, n>& turn, const Dual<Real, n>& p,
                                                 const Dual<Real, n>& y) const {
        const Real zero = Real(0.0), t = turn.value, dy_dp = Real(4.0) * p.value;
        Real b0 = zero, b1 = zero, d0 = zero, d1 = zero, s0 = zero, s1 = zero;  // sum and derivatives by turn
        Real b0_p = zero, b1_p = zero, d0_p = zero, d1_p = zero;                // their derivatives by p
        const auto add = [&](Real even, Real odd, Real even_y, Real odd_y) {
            const Real s = fma(t, s0, d0 + d0 - s1), d = fma(t, d0, b0 - d1), d_p = fma(t, d0_p, b0_p - d1_p);
            const Real b = fma(t, b0, fma(p.value, odd, even) - b1);
            const Real b_p = fma(t, b0_p, fma(dy_dp, fma(p.value, odd_y, even_y), odd) - b1_p);
            s1 = s0, d1 = d0, d1_p = d0_p, b1 = b0, b1_p = b0_p;
            s0 = s, d0 = d, d0_p = d_p, b0 = b, b0_p = b_p;
        };
        const double* row = coefficients + size;
        for (int j = row_pairs - 1; j >= 0; --j) {
            row -= 4 * terms[j];
            const double* power = row + 4 * (terms[j] - 1);
            Real even = Real(power[0]), odd = Real(power[1]), next_even = Real(power[2]), next_odd = Real(power[3]);
            Real even_y = zero, odd_y = zero, next_even_y = zero, next_odd_y = zero;
            for (int i = terms[j] - 2; i >= 0; --i) {
                power -= 4;
                even_y = fma(even_y, y.value, even);
                odd_y = fma(odd_y, y.value, odd);
                next_even_y = fma(next_even_y, y.value, next_even);
                next_odd_y = fma(next_odd_y, y.value, next_odd);
                even = fma(even, y.value, Real(power[0]));
                odd = fma(odd, y.value, Real(power[1]));
                next_even = fma(next_even, y.value, Real(power[2]));
                next_odd = fma(next_odd, y.value, Real(power[3]));
            }
            add(next_even, next_odd, next_even_y, next_odd_y);
            add(even, odd, even_y, odd_y);
        }
        return {chained(b0, d0, turn, b0_p, p), chained(b1, d1, turn, b1_p, p), chained(d0, s0, turn, d0_p, p),
                chained(d1, s1, turn, d1_p, p)};
    }
};

struct ComponentGapFit {
    ChebyshevRows rows;
    double largest;  // L
    double scale;
    double a2;  // a^2

    // lambda in [-L, L]; p in [-1, 1], y = 2 p^2 - 1.
    template <class Real>
    MC_HOST_DEVICE ValueAndSlope<Real> operator()(Real lambda, Real p, Real y) const {
        const Real inverse_root = Real(1.0) / sqrt(fma(lambda, lambda, Real(a2)));
        const Real x = Real(scale) * lambda * inverse_root;
        const Real dx = Real(scale * a2) * inverse_root * inverse_root * inverse_root;
        const Real turn = fma(Real(4.0) * x, x, Real(-2.0));  // 2 T_2(x)
        const ChebyshevRows::Sum<Real> b = rows(turn, p, y);
        const Real sum = b.b0 - b.b1;
        // d turn / dx = 8 x
        return {x * sum, dx * fma(Real(8.0) * x * x, b.d0 - b.d1, sum)};
    }
};

// S beyond the other fits.
struct FarGapFit {
    static constexpr double least_s = 2.4, above = 6.0, below = 6.5;
    ChebyshevRows rows;  // none: there is no such fit
    double largest_s;

    // S and its derivative by lambda, lambda <= -20, in the given lanes.
    template <class Real>
    MC_HOST_DEVICE ValueAndSlope<Real> operator()(Real lambda, Real k, Real s, MaskOf<Real> lanes) const {
        const Real p = min(fma(Real(2.0 / (largest_s - least_s)), s - Real(least_s), Real(-1.0)), Real(1.0));
        const Real reach = s * (s + Real(above + below));         // of lambda, from x = -1 to 1
        const Real stretch = Real(2.0) / max(reach, Real(1e-3));  // dx / d lambda
        const Real x = fma(stretch, lambda + k - Real(above) * s, Real(1.0));
        const MaskOf<Real> tail = (x <= Real(-1.0)) | (s <= Real(least_s)), linear = x >= Real(1.0);
        const Real inside = min(max(x, Real(-1.0)), Real(1.0));
        ChebyshevRows::Sum<Real> b = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
        if (any(lanes & (!(tail | linear)))) b = rows(inside + inside, p, fma(p + p, p, Real(-1.0)));
        const Real value = exp(select(tail, fma(Real(2.0), k, lambda), b.b0 - inside * b.b1));
        const Real slope = stretch * fma(Real(2.0), b.d0 - inside * b.d1, -b.b1);  // turn = 2 x
        return {select(linear, lambda + k, value), select(linear, Real(1.0), value * select(tail, Real(1.0), slope))};
    }
};

struct ComponentGap {
    ComponentGapFit inner;
    ComponentGapFit outer;
    FarGapFit far;
    double radius;
    double radius_squared;

    // Any lambda; u in [0, 2].
    template <class Real>
    MC_HOST_DEVICE ValueAndSlope<Real> operator()(Real lambda, Real u) const {
        return at(lambda, u);
    }

    // With derivatives: along lambda and u only, whatever these depend on.
    template <class Real, int n>
    MC_HOST_DEVICE ValueAndSlope<Dual<Real, n>> operator()(const Dual<Real, n>& lambda, const Dual<Real, n>& u) const {
        const ValueAndSlope<Dual<Real, 2>> gap = at(variable<2>(lambda.value, 0), variable<2>(u.value, 1));
        return {chained(gap.value.value, gap.value.slope[0], lambda, gap.value.slope[1], u),
                chained(gap.slope.value, gap.slope.slope[0], lambda, gap.slope.slope[1], u)};
    }

private:
    template <class Real>
    MC_HOST_DEVICE ValueAndSlope<Real> at(Real lambda, Real u) const {
        const Real p = sqrt(max(u + u, Real(0.0))) - Real(1.0);
        const Real y = fma(p + p, p, Real(-1.0));
        const Real size = abs(lambda), limit = Real(radius_squared) * u;
        const MaskOf<Real> beyond = size > Real(inner.largest), farther = size > Real(outer.largest);
        const bool has_far = far.rows.size > 0;
        ValueAndSlope<Real> gap = {Real(0.0), Real(0.0)};
        if (any(!beyond)) gap = inner(cut(lambda, inner.largest), p, y);
        if (any(has_far ? beyond & (!farther) : beyond)) {
            const Real inside = cut(lambda, outer.largest);
            const ValueAndSlope<Real> wide = outer(inside, p, y);
            const Real extended = min(max(fma(wide.slope, lambda - inside, wide.value), -limit), limit);
            gap.value = select(beyond, select(farther, extended, wide.value), gap.value);
            gap.slope = select(beyond, wide.slope, gap.slope);
        }
        if (has_far && any(farther)) {
            const Real root = Real(radius) * (p + Real(1.0));  // sqrt(2 k)
            const ValueAndSlope<Real> s = far(-size, limit, root, farther);
            const Real value = max(limit - s.value, Real(0.0));
            gap.value = select(farther, select(lambda < Real(0.0), -value, value), gap.value);
            gap.slope = select(farther, s.slope, gap.slope);
        }
        return gap;
    }

    template <class Real>
    MC_HOST_DEVICE static Real cut(Real lambda, double largest) {
        return min(max(lambda, Real(-largest)), Real(largest));
    }
};

}  // namespace modecollapse
