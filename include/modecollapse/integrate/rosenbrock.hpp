// Linearly implicit step for stretches where the weight of the simplex is stiff: the Rosenbrock pair RODAS of order
// 4(3), L-stable (Hairer, Wanner, Solving ODEs II, second edition, section VI.4), one independent step size a lane.
//
//   (1/(h gamma) I - J) U_i = f(y + sum_j a_ij U_j) + sum_j (c_ij / h) U_j,    y(t + h) = y + sum_j a_5j U_j + U_5
//       + U_6,    error = U_6
//
// J by forward differences, exact to about 1e-7: enough for tolerances down to 1e-9, not below. Near w1 = 0 the rate of
// w1 changes like log w1, so an explicit method needs steps of the size of w1 itself, long after everything has
// settled. Autonomous fields only.
#pragma once

#include "modecollapse/integrate/runge_kutta.hpp"

namespace modecollapse {

namespace rodas {

inline constexpr int unknowns = 4;  // m1, m2, u, w1
inline constexpr double gamma = 0.25;

// m1, m2, u, w1 of a state as an array, and back.
template <class Real>
MC_HOST_DEVICE void unpack(const OrderParameters<Real>& y, Real* v) {
    v[0] = y.m1;
    v[1] = y.m2;
    v[2] = y.u;
    v[3] = y.weight;
}

template <class Real>
MC_HOST_DEVICE OrderParameters<Real> packed(const Real* v) {
    return {v[0], v[1], v[2], v[3]};
}

// Increment of unknown j for its difference quotient, directed into its range.
template <class Real>
MC_HOST_DEVICE Real increment(const OrderParameters<Real>& y, int j) {
    if (j < 2) return select((j == 0 ? y.m1 : y.m2) > Real(0.0), Real(-1e-7), Real(1e-7));
    if (j == 2) return Real(1e-6) * (y.u + Real(1e-3));
    const Real room = max(y.weight * (Real(1.0) - y.weight), Real(1e-12));
    return select(y.weight > Real(0.5), Real(-1e-6), Real(1e-6)) * room;
}

// L U = I/(h gamma) - J, in place; J from differences of `field` against `rate` = field(y). Not pivoted: a vanishing
// pivot gives a step that is not finite, hence refused. Returns -J_ww, at which a deviation of the weight decays.
template <class Real, class Field>
MC_HOST_DEVICE Real factorize(const Field& field, const OrderParameters<Real>& y, const Real* rate, Real shift,
                              Real (*a)[unknowns]) {
    for (int j = 0; j < unknowns; ++j) {
        Real moved[unknowns], there[unknowns];
        unpack(y, moved);
        const Real from = moved[j];
        moved[j] = from + increment(y, j);
        unpack(field(packed(moved)), there);
        const Real inverse = Real(1.0) / (moved[j] - from);  // of the increment as it was rounded
        for (int i = 0; i < unknowns; ++i) a[i][j] = (rate[i] - there[i]) * inverse;
    }
    const Real decay = a[3][3];
    for (int i = 0; i < unknowns; ++i) a[i][i] = a[i][i] + shift;
    for (int k = 0; k < unknowns; ++k) {
        a[k][k] = Real(1.0) / a[k][k];
        for (int i = k + 1; i < unknowns; ++i) {
            a[i][k] = a[i][k] * a[k][k];
            for (int j = k + 1; j < unknowns; ++j) a[i][j] = fma(-a[i][k], a[k][j], a[i][j]);
        }
    }
    return decay;
}

template <class Real>
MC_HOST_DEVICE void solve(const Real (*a)[unknowns], Real* x) {
    for (int i = 1; i < unknowns; ++i)
        for (int j = 0; j < i; ++j) x[i] = fma(-a[i][j], x[j], x[i]);
    for (int i = unknowns - 1; i >= 0; --i) {
        for (int j = i + 1; j < unknowns; ++j) x[i] = fma(-a[i][j], x[j], x[i]);
        x[i] = x[i] * a[i][i];
    }
}

}  // namespace rodas

// One attempt from `y`, where the field has the value `rate`. Field: OrderParameters -> OrderParameters. Between its
// ends the step is known by cubic Hermite interpolation (dense = 0).
template <class Real, class Field>
MC_HOST_DEVICE_CALL StepAttempt<Real> attempt_stiff_step(const Field& field, const OrderParameters<Real>& y,
                                                         const OrderParameters<Real>& rate, Real h) {
    using namespace rodas;
    constexpr int stages = 6;
    constexpr double a[stages - 1][stages - 2] = {
        {},
        {1.544},
        {0.9466785280815826, 0.2557011698983284},
        {3.314825187068521, 2.896124015972201, 0.9986419139977817},
        {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950}};
    constexpr double c[stages][stages - 1] = {
        {},
        {-5.6688},
        {-2.430093356833875, -0.2063599157091915},
        {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
        {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
        {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}};
    const Real inverse_h = Real(1.0) / h;
    Real start[unknowns], here[unknowns], next[unknowns], matrix[unknowns][unknowns], u[stages][unknowns];
    unpack(y, start);
    unpack(rate, here);
    StepAttempt<Real> result;
    result.stiffness = h * factorize(field, y, here, inverse_h * Real(1.0 / gamma), matrix);
    for (int stage = 0; stage < stages; ++stage) {
        if (stage > 0) {
            // the last stage stands where the one before ended
            for (int i = 0; i < unknowns; ++i) {
                next[i] = stage == stages - 1 ? next[i] + u[stage - 1][i] : start[i];
                if (stage < stages - 1)
                    for (int j = 0; j < stage; ++j) next[i] = fma(Real(a[stage][j]), u[j][i], next[i]);
            }
            unpack(field(packed(next)), here);
        }
        for (int i = 0; i < unknowns; ++i) {
            Real sum = Real(0.0);
            for (int j = 0; j < stage; ++j) sum = fma(Real(c[stage][j]), u[j][i], sum);
            u[stage][i] = fma(sum, inverse_h, here[i]);
        }
        solve(matrix, u[stage]);
    }
    for (int i = 0; i < unknowns; ++i) next[i] = next[i] + u[stages - 1][i];
    result.state = packed(next);
    result.rate = field(result.state);
    result.error = packed(u[stages - 1]);
    result.dense = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
    return result;
}

}  // namespace modecollapse
