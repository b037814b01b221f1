// Embedded Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6 (1980) 19), one independent step size
// a lane.
//
// Seven stages, the last of which is the first of the next step (FSAL): six evaluations of the field a step. Works on
// m1, m2, u and, for a field of kind `general`, on the coordinate of the weight; of kind `plain`, that is carried along
// unchanged.
#pragma once

#include "modecollapse/gradient_flow/field.hpp"

namespace modecollapse {

// Result of one attempted step of size h.
template <class Real>
struct StepAttempt {
    OrderParameters<Real> state;  // fifth-order solution at t + h
    OrderParameters<Real> rate;   // field there
    OrderParameters<Real> error;  // difference of the embedded solutions
    OrderParameters<Real> left;   // slopes at both ends and last coefficient of the continuous extension
    OrderParameters<Real> right;
    OrderParameters<Real> dense;
};

namespace dormand_prince {

template <FieldProgram kind, class Real>
MC_HOST_DEVICE OrderParameters<Real> scaled_sum(Real h, const OrderParameters<Real>& y, const OrderParameters<Real>* k,
                                                const double* a, int stages) {
    OrderParameters<Real> sum = {Real(a[0]) * k[0].m1, Real(a[0]) * k[0].m2, Real(a[0]) * k[0].u, Real(0.0)};
    for (int i = 1; i < stages; ++i) {
        sum.m1 = fma(Real(a[i]), k[i].m1, sum.m1);
        sum.m2 = fma(Real(a[i]), k[i].m2, sum.m2);
        sum.u = fma(Real(a[i]), k[i].u, sum.u);
    }
    OrderParameters<Real> result = {fma(h, sum.m1, y.m1), fma(h, sum.m2, y.m2), fma(h, sum.u, y.u), y.weight};
    if constexpr (kind == FieldProgram::general) {
        Real weight = Real(a[0]) * k[0].weight;
        for (int i = 1; i < stages; ++i) weight = fma(Real(a[i]), k[i].weight, weight);
        result.weight = fma(h, weight, y.weight);
    }
    return result;
}

}  // namespace dormand_prince

// One attempt from `y`, where the field has the value `rate`. Field: (OrderParameters, node) -> OrderParameters, the
// rates at the time t + node h, node a double in [0, 1].
template <FieldProgram kind = FieldProgram::lean, class Real, class Field>
MC_HOST_DEVICE StepAttempt<Real> attempt_step(const Field& field, const OrderParameters<Real>& y,
                                              const OrderParameters<Real>& rate, Real h) {
    using dormand_prince::scaled_sum;
    constexpr double a2[] = {1.0 / 5.0};
    constexpr double a3[] = {3.0 / 40.0, 9.0 / 40.0};
    constexpr double a4[] = {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0};
    constexpr double a5[] = {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0};
    constexpr double a6[] = {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0};
    constexpr double a7[] = {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0};
    constexpr double e[] = {71.0 / 57600.0,      0.0,          -71.0 / 16695.0, 71.0 / 1920.0,
                            -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0};
    constexpr double d[] = {-12715105075.0 / 11282082432.0,  0.0,
                            87487479700.0 / 32700410799.0,   -10690763975.0 / 1880347072.0,
                            701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0,
                            69997945.0 / 29380423.0};
    OrderParameters<Real> k[7];
    k[0] = rate;
    k[1] = field(scaled_sum<kind>(h, y, k, a2, 1), 1.0 / 5.0);
    k[2] = field(scaled_sum<kind>(h, y, k, a3, 2), 3.0 / 10.0);
    k[3] = field(scaled_sum<kind>(h, y, k, a4, 3), 4.0 / 5.0);
    k[4] = field(scaled_sum<kind>(h, y, k, a5, 4), 8.0 / 9.0);
    k[5] = field(scaled_sum<kind>(h, y, k, a6, 5), 1.0);
    StepAttempt<Real> result;
    result.state = scaled_sum<kind>(h, y, k, a7, 6);
    k[6] = field(result.state, 1.0);
    result.rate = k[6];
    const OrderParameters<Real> zero = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
    result.error = scaled_sum<kind>(h, zero, k, e, 7);
    result.left = rate;
    result.right = result.rate;
    result.dense = scaled_sum<kind>(h, zero, k, d, 7);
    return result;
}

// Continuous extension of order 4 (Hairer, Norsett, Wanner, Solving ODEs I, section II.6): state at t + fraction h,
// fraction in [0, 1].
template <class Real>
MC_HOST_DEVICE Real interpolate_component(Real y0, Real rate0, Real y1, Real rate1, Real dense, Real h, Real fraction) {
    const Real rest = Real(1.0) - fraction;
    const Real difference = y1 - y0;
    const Real slope = h * rate0 - difference;
    const Real curvature = difference - h * rate1 - slope;
    return y0 + fraction * (difference + rest * (slope + fraction * (curvature + rest * dense)));
}

template <FieldProgram kind = FieldProgram::lean, class Real>
MC_HOST_DEVICE OrderParameters<Real> interpolate(const OrderParameters<Real>& y0, const StepAttempt<Real>& step, Real h,
                                                 Real fraction) {
    const auto &y1 = step.state, &left = step.left, &right = step.right, &dense = step.dense;
    OrderParameters<Real> y = {interpolate_component(y0.m1, left.m1, y1.m1, right.m1, dense.m1, h, fraction),
                               interpolate_component(y0.m2, left.m2, y1.m2, right.m2, dense.m2, h, fraction),
                               interpolate_component(y0.u, left.u, y1.u, right.u, dense.u, h, fraction), y0.weight};
    if constexpr (kind == FieldProgram::general)
        y.weight = interpolate_component(y0.weight, left.weight, y1.weight, right.weight, dense.weight, h, fraction);
    return y;
}

}  // namespace modecollapse
