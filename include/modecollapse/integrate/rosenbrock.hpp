// Linearly implicit step for stretches where the weight of the simplex is stiff: the Rosenbrock pair RODAS of order
// 4(3), L-stable (Hairer, Wanner, Solving ODEs II, second edition, section VI.4), one independent step size a lane.
//
//   (1/(h gamma) I - J) U_i = f(t + node_i h, y + sum_j a_ij U_j) + sum_j (c_ij / h) U_j + gamma_i h df/dt
//   y(t + h) = y + sum_j a_5j U_j + U_5 + U_6,    error = U_6
//   y(t + x h) = (1-x) y(t) + x ( y(t + h) + (1-x) sum_j (d_1j + x d_2j) U_j )
//
// J and df/dt are the field's own derivatives (numbers/dual.hpp). Which coordinate stands for the weight is the field's
// affair (gradient_flow/simplex.hpp).
#pragma once

#include "modecollapse/integrate/runge_kutta.hpp"
#include "modecollapse/numbers/dual.hpp"

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

// L U = I/(h gamma) - J in place. Not pivoted: a vanishing pivot gives a step that is not finite, hence refused. The
// weight comes last, whose diagonal is by far the largest where it is stiff.
template <class Real>
MC_HOST_DEVICE void factorize(Real (*a)[unknowns]) {
    for (int k = 0; k < unknowns; ++k) {
        a[k][k] = Real(1.0) / a[k][k];
        for (int i = k + 1; i < unknowns; ++i) {
            a[i][k] = a[i][k] * a[k][k];
            for (int j = k + 1; j < unknowns; ++j) a[i][j] = fma(-a[i][k], a[k][j], a[i][j]);
        }
    }
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

// One attempt from `y`, where the field has the value `rate`. Field: (OrderParameters, node) -> OrderParameters, the
// rates at the time t + node h, over Real with a node of type double and over Dual numbers.
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
    constexpr double d[2][stages - 1] = {
        {10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662},
        {-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872}};
    constexpr double node[stages] = {0.0, 0.386, 0.21, 0.63, 1.0, 1.0};
    constexpr double gammas[stages] = {gamma, -0.1043, 0.1035, -0.03620000000000023, 0.0, 0.0};

    using Variable = Dual<Real, unknowns + 1>;  // along m1, m2, u, w1 and the node
    const OrderParameters<Variable> there = {variable<unknowns + 1>(y.m1, 0), variable<unknowns + 1>(y.m2, 1),
                                             variable<unknowns + 1>(y.u, 2), variable<unknowns + 1>(y.weight, 3)};
    Variable derivatives[unknowns];
    unpack(field(there, variable<unknowns + 1>(Real(0.0), unknowns)), derivatives);
    const Real inverse_h = Real(1.0) / h;
    Real matrix[unknowns][unknowns];
    for (int i = 0; i < unknowns; ++i)
        for (int j = 0; j < unknowns; ++j)
            matrix[i][j] = (i == j ? inverse_h * Real(1.0 / gamma) : Real(0.0)) - derivatives[i].slope[j];
    factorize(matrix);

    Real start[unknowns], here[unknowns], next[unknowns], u[stages][unknowns];
    unpack(y, start);
    unpack(rate, here);
    for (int stage = 0; stage < stages; ++stage) {
        if (stage > 0) {
            // the last stage stands where the one before ended
            for (int i = 0; i < unknowns; ++i) {
                next[i] = stage == stages - 1 ? next[i] + u[stage - 1][i] : start[i];
                if (stage < stages - 1)
                    for (int j = 0; j < stage; ++j) next[i] = fma(Real(a[stage][j]), u[j][i], next[i]);
            }
            unpack(field(packed(next), node[stage]), here);
        }
        for (int i = 0; i < unknowns; ++i) {
            Real sum = Real(0.0);
            for (int j = 0; j < stage; ++j) sum = fma(Real(c[stage][j]), u[j][i], sum);
            u[stage][i] = fma(sum, inverse_h, here[i]);
            u[stage][i] = fma(Real(gammas[stage]), derivatives[i].slope[unknowns], u[stage][i]);
        }
        solve(matrix, u[stage]);
    }
    Real left[unknowns], right[unknowns];  // of the cubic through both ends
    for (int i = 0; i < unknowns; ++i) {
        next[i] = next[i] + u[stages - 1][i];
        const Real chord = next[i] - start[i];
        Real constant_part = Real(0.0), linear_part = Real(0.0);
        for (int j = 0; j < stages - 1; ++j) {
            constant_part = fma(Real(d[0][j]), u[j][i], constant_part);
            linear_part = fma(Real(d[1][j]), u[j][i], linear_part);
        }
        left[i] = (chord + constant_part) * inverse_h;
        right[i] = (chord - constant_part - linear_part) * inverse_h;
    }
    StepAttempt<Real> result;
    result.state = packed(next);
    result.rate = field(result.state, 1.0);
    result.error = packed(u[stages - 1]);
    result.left = packed(left);
    result.right = packed(right);
    result.dense = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
    return result;
}

}  // namespace modecollapse
