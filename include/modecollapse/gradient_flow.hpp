// The closed field of the gradient flow, any dimension: PHYSICS section 3 ([S24], derived there and checked numerically).
//
//   dm1/dt = -c (m2 - s m1) + beta w1 T(m1) (1 - m1^2)
//   dm2/dt = -c (m1 - s m2) + beta w2 T(m2) (1 - m2^2)
//   du/dt  =  2 c u (2 - u) - beta [ w1 T(m1) (m2 - s m1) + w2 T(m2) (m1 - s m2) ],     u = 1 - s
//
// Dimensionless time, Euclidean metric on the means. beta is the inverse temperature of the target (1: none). The weights are those of the
// state for trainable weights and constant otherwise; this version has the constant ones, for which d lambda / dt = 0.
#pragma once

#include "modecollapse/gaussian_expectation.hpp"
#include "modecollapse/order_parameters.hpp"

namespace modecollapse {

struct GradientFlow {
    FastExpectations expectations;
    double weight1;
    double weight2;

    // Rates of change at `y`, at inverse temperature `beta`.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> operator()(const OrderParameters<Real>& y, Real beta) const {
        const Real one = Real(1.0);
        const Real c = expectations.overlap(y.u);
        const ValuePair<Real> attraction = expectations.attractions(y.m1, y.m2);
        const Real pull1 = beta * Real(weight1) * attraction.first;
        const Real pull2 = beta * Real(weight2) * attraction.second;
        const Real difference = y.m2 - y.m1;
        const Real across1 = fma(y.u, y.m1, difference);   // m2 - s m1
        const Real across2 = fma(y.u, y.m2, -difference);  // m1 - s m2
        const Real room1 = (one - y.m1) * (one + y.m1);    // 1 - m1^2
        const Real room2 = (one - y.m2) * (one + y.m2);
        const Real spread = y.u * (Real(2.0) - y.u);  // 1 - s^2
        OrderParameters<Real> rate;
        rate.m1 = fma(pull1, room1, -(c * across1));
        rate.m2 = fma(pull2, room2, -(c * across2));
        rate.u = (c + c) * spread - fma(pull1, across1, pull2 * across2);
        rate.lambda = Real(0.0);
        return rate;
    }
};

}  // namespace modecollapse
