// A step of Dormand and Prince (integrate/dormand_prince_tableau.hpp) of the mixture's flow, one independent step size a lane.
//
// Works on m1, m2, u and, for a field whose weights are trained, on their coordinate; otherwise that is carried along
// unchanged.
#pragma once

#include "modecollapse/gradient_flow/field.hpp"
#include "modecollapse/integrate/dormand_prince_tableau.hpp"

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

// y + h sum_i a[i] k[i], without the terms whose coefficient is zero. known: the same numbers, known to the compiler.
template <FieldProgram kind, class Real, class Number>
MC_HOST_DEVICE OrderParameters<Real> scaled_sum(Real h, const OrderParameters<Real>& y, const OrderParameters<Real>* k,
                                                const Number* a, const double* known, int stages) {
    OrderParameters<Real> sum = {Real(a[0]) * k[0].m1, Real(a[0]) * k[0].m2, Real(a[0]) * k[0].u, Real(0.0)};
    for (int i = 1; i < stages; ++i) {
        if (known[i] == 0.0) continue;
        sum.m1 = fma(Real(a[i]), k[i].m1, sum.m1);
        sum.m2 = fma(Real(a[i]), k[i].m2, sum.m2);
        sum.u = fma(Real(a[i]), k[i].u, sum.u);
    }
    OrderParameters<Real> result = {fma(h, sum.m1, y.m1), fma(h, sum.m2, y.m2), fma(h, sum.u, y.u), y.weight};
    if constexpr (kind == FieldProgram::coordinate || kind == FieldProgram::general) {
        Real weight = Real(a[0]) * k[0].weight;
        for (int i = 1; i < stages; ++i)
            if (known[i] != 0.0) weight = fma(Real(a[i]), k[i].weight, weight);
        result.weight = fma(h, weight, y.weight);
    }
    return result;
}

}  // namespace dormand_prince

// One attempt from `y`, where the field has the value `rate`. Field: (OrderParameters, node) -> OrderParameters, the
// rates at the time t + node h, node a double in [0, 1]. t: the tableau, of doubles or of numbers that were rounded to Real before.
template <FieldProgram kind = FieldProgram::lean, class Real, class Field, class Number>
MC_HOST_DEVICE StepAttempt<Real> attempt_step(const Field& field, const OrderParameters<Real>& y,
                                              const OrderParameters<Real>& rate, Real h,
                                              const dormand_prince_5::TableauOf<Number>& t) {
    using dormand_prince::scaled_sum;
    constexpr dormand_prince_5::Tableau known = dormand_prince_5::tableau();
    OrderParameters<Real> k[7];
    k[0] = rate;
    k[1] = field(scaled_sum<kind>(h, y, k, t.a[1], known.a[1], 1), known.node[1]);
    k[2] = field(scaled_sum<kind>(h, y, k, t.a[2], known.a[2], 2), known.node[2]);
    k[3] = field(scaled_sum<kind>(h, y, k, t.a[3], known.a[3], 3), known.node[3]);
    k[4] = field(scaled_sum<kind>(h, y, k, t.a[4], known.a[4], 4), known.node[4]);
    k[5] = field(scaled_sum<kind>(h, y, k, t.a[5], known.a[5], 5), known.node[5]);
    StepAttempt<Real> result;
    result.state = scaled_sum<kind>(h, y, k, t.a[6], known.a[6], 6);
    k[6] = field(result.state, 1.0);
    result.rate = k[6];
    const OrderParameters<Real> zero = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
    result.error = scaled_sum<kind>(h, zero, k, t.error, known.error, 7);
    result.left = rate;
    result.right = result.rate;
    result.dense = scaled_sum<kind>(h, zero, k, t.dense, known.dense, 7);
    return result;
}
template <FieldProgram kind = FieldProgram::lean, class Real, class Field>
MC_HOST_DEVICE StepAttempt<Real> attempt_step(const Field& field, const OrderParameters<Real>& y,
                                              const OrderParameters<Real>& rate, Real h) {
    constexpr dormand_prince_5::Tableau t = dormand_prince_5::tableau();
    return attempt_step<kind>(field, y, rate, h, t);
}

// State at t + fraction h, fraction in [0, 1].
template <FieldProgram kind = FieldProgram::lean, class Real>
MC_HOST_DEVICE OrderParameters<Real> interpolate(const OrderParameters<Real>& y0, const StepAttempt<Real>& step, Real h,
                                                 Real fraction) {
    const auto &y1 = step.state, &left = step.left, &right = step.right, &dense = step.dense;
    OrderParameters<Real> y = {dormand_prince_5::interpolated(y0.m1, left.m1, y1.m1, right.m1, dense.m1, h, fraction),
                               dormand_prince_5::interpolated(y0.m2, left.m2, y1.m2, right.m2, dense.m2, h, fraction),
                               dormand_prince_5::interpolated(y0.u, left.u, y1.u, right.u, dense.u, h, fraction),
                               y0.weight};
    if constexpr (kind == FieldProgram::coordinate || kind == FieldProgram::general)
        y.weight =
            dormand_prince_5::interpolated(y0.weight, left.weight, y1.weight, right.weight, dense.weight, h, fraction);
    return y;
}

}  // namespace modecollapse
