// Adaptive tempering: how far beta may rise at once, by the effective sample size of the raised target against q.
//
// Samples x of q, which was left to settle at p^beta, stand for p^beta; reweighted to p^beta' they keep the share
//
//   ESS(beta') = (E_q w)^2 / E_q w^2,     w = cosh(<mu*, x> + h*)^(beta' - beta)
//   beta' = the largest with ESS >= target
//
// of their number (effective sample size of an annealing step: [Kong 1992]; [Zhou, Johansen, Aston 2016]). w is
// p^(beta' - beta) without its Gaussian factor exp(-(beta' - beta) |x|^2 / 2). That factor acts along the means only,
// where the projection on the sphere removes it: the dynamics of PHYSICS section 3 are the same with and without. Kept,
// it would count the widths, which a family of fixed covariance cannot follow, d times over. (The weights p^beta' / q
// have no second moment at all for beta' <= 1/2; docs/theory.md.)
//
// <mu*, x> has the law w1 N(R^2 m1, R^2) + w2 N(R^2 m2, R^2) under q, so both averages are one-dimensional: the
// trapezoidal rule on a grid that a whole ensemble shares. Its error falls like exp(-pi^2 / spacing), the integrands'
// poles lying pi/2 off the real axis. Tables built by host/expectation/adaptive_tables. Double precision; everything
// dimensionless.
#pragma once

#include "modecollapse/mixture/expectation.hpp"
#include "modecollapse/mixture/weights.hpp"
#include "modecollapse/target/tempering.hpp"

namespace modecollapse {

struct AdaptiveAnnealing {
    double target;            // of ESS, in (0, 1)
    double radius;            // R
    double first, spacing;    // grid of y = <mu*, x>: y_j = first + j spacing
    int nodes;                // 0: no adaptive schedule
    const double* log_ratio;  // (nodes): log cosh(y_j + h*), up to a constant
    const double* gaussian;   // (nodes): exp(-y_j^2 / (2 R^2))

    // The next beta, for q with these weights and overlaps; 1 if that keeps the share asked for.
    template <class Real>
    MC_HOST_DEVICE_CALL Real raised(Real beta, const Weights<Real>& weights, Real m1, Real m2) const {
        const Real room = Real(1.0) - beta;
        const Real log_target = Real(log(target));
        const Real at_room = log_excess(room, weights, m1, m2).value;
        const MaskOf<Real> all_the_way = at_room >= Real(0.0);
        // Newton's method, kept between the ends of a bracket, for log ESS falls with x: like x^2 at first, hence the
        // start. A lane that has converged stands still: what it gets must not depend on how long its neighbours take.
        Real low = Real(0.0), high = room, x = room * sqrt(log_target / min(at_room + log_target, log_target));
        MaskOf<Real> moving = !all_the_way;
        for (int i = 0; i < most_iterations && any(moving); ++i) {
            const ValueAndSlope<Real> excess = log_excess(x, weights, m1, m2);
            const MaskOf<Real> keeps = excess.value >= Real(0.0);
            low = select(keeps, x, low);
            high = select(keeps, high, x);
            const Real newton = x - excess.value / min(excess.slope, Real(-1e-30));
            const MaskOf<Real> within = (newton > low) & (newton < high);
            const Real next = select(moving, select(within, newton, Real(0.5) * (low + high)), x);
            moving = moving & (abs(next - x) > Real(1e-9) * room);
            x = next;
        }
        const Real next = beta + x;
        return select(all_the_way | (Real(1.0) - next <= Real(annealing_tolerance)), Real(1.0), next);
    }

    // ESS at beta' = beta + x.
    template <class Real>
    MC_HOST_DEVICE Real effective_share(Real x, const Weights<Real>& weights, Real m1, Real m2) const {
        return exp(log_excess(x, weights, m1, m2).value) * Real(target);
    }

private:
    static constexpr int most_iterations = 60;

    // log(ESS / target) at beta' = beta + x, and its derivative in x.
    template <class Real>
    MC_HOST_DEVICE ValueAndSlope<Real> log_excess(Real x, const Weights<Real>& weights, Real m1, Real m2) const {
        // the density of y, up to a constant: gaussian_j sum_i w_i exp(m_i y_j - R^2 m_i^2 / 2), the exponentials by
        // recurrence
        const Real half_square = Real(0.5 * radius * radius);
        Real part1 = weights.first * exp(fma(m1, Real(first), -half_square * m1 * m1));
        Real part2 = weights.second * exp(fma(m2, Real(first), -half_square * m2 * m2));
        const Real growth1 = exp(m1 * Real(spacing)), growth2 = exp(m2 * Real(spacing));
        Real s0 = Real(0.0), s1 = Real(0.0), s2 = Real(0.0), slope1 = Real(0.0), slope2 = Real(0.0);
        for (int j = 0; j < nodes; ++j) {
            const Real density = Real(gaussian[j]) * (part1 + part2), l = Real(log_ratio[j]);
            const Real ratio = exp(x * l), once = density * ratio, twice = once * ratio;
            s0 = s0 + density;
            s1 = s1 + once;
            s2 = s2 + twice;
            slope1 = fma(once, l, slope1);
            slope2 = fma(twice, l, slope2);
            part1 = part1 * growth1;
            part2 = part2 * growth2;
        }
        const Real value = log(s1 * s1 / (s0 * s2)) - Real(log(target));
        return {value, Real(2.0) * (slope1 / s1 - slope2 / s2)};
    }
};

}  // namespace modecollapse
