// The closed field of the gradient flow, any dimension: PHYSICS section 3 ([S24], derived there and checked
// numerically).
//
//   dm1/dt = -c (m2 - s m1) + beta w1 T(m1) (1 - m1^2)
//   dm2/dt = -c (m1 - s m2) + beta w2 T(m2) (1 - m2^2)
//   du/dt  =  2 c u (2 - u) - beta [ w1 T(m1) (m2 - s m1) + w2 T(m2) (m1 - s m2) ],     u = 1 - s
//
// and for trainable weights the rate of their coordinate (mixture/weights.hpp) with
//
//   D = [L(w1, w2, k) - L(w2, w1, k)] - beta ( V(m1) - V(m2) ),     k = R^2 u
//
// Dimensionless time, Euclidean metric on the means. beta is the inverse temperature of the target (1: none).
#pragma once

#include "modecollapse/mixture/component_gap.hpp"
#include "modecollapse/mixture/order_parameters.hpp"
#include "modecollapse/mixture/weights.hpp"

namespace modecollapse {

// What a field is compiled for. lean: fixed weights at constant beta; tempered: fixed weights under a schedule of beta;
// coordinate: weights trained by a coordinate without an edge (softmax, Fisher-Rao); general: everything, which the
// simplex needs. One that can do more than it must (the CPU tempers with the general one) computes the same bits.
enum class FieldProgram { lean, tempered, coordinate, general };

// The derivative D of the objective along w1, and how it depends on w1 while the means stay.
template <class Real>
struct WeightDrive {
    Real difference;  // D
    Real slope;       // dD / d lambda, lambda = log(w1 / w2): in [0, 1]
    Real at_zero;     // D at w1 = 0, its least value: -k - beta ( V(m1) - V(m2) )
};

// The field of fixed weights. Number: of the weights and, in Fast (Expectations), of the coefficients.
template <class Number, class Fast>
struct FixedWeightsFlow {
    Fast expectations;
    Number weight1;  // fixed weights; where trainable ones start
    Number weight2;

    // Rates of change at `y`, at inverse temperature `beta`.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> operator()(const OrderParameters<Real>& y, Real beta) const {
        OrderParameters<Real> rate =
            rate_of_means(y, expectations.overlap(y.u), beta * Real(weight1), beta * Real(weight2));
        rate.weight = Real(0.0);
        return rate;
    }

    // Rates of the means for an overlap c and the factors of both pulls.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> rate_of_means(const OrderParameters<Real>& y, Real c, Real pull_factor1,
                                                       Real pull_factor2) const {
        const Real one = Real(1.0);
        const ValuePair<Real> attraction = expectations.attractions(y.m1, y.m2);
        const Real pull1 = pull_factor1 * attraction.first;
        const Real pull2 = pull_factor2 * attraction.second;
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
        return rate;
    }
};

struct GradientFlow : FixedWeightsFlow<double, FastExpectations> {
    WeightGeometry geometry = WeightGeometry::fixed;
    ParitySplitPolynomial log_target = {};  // V(m), trainable weights only
    ComponentGap gap = {};                  // trainable weights only

    // Rates of change with the weights of the state, whatever the geometry. The projection of the simplex is left to the
    // integrator, which knows whether a step began on its edge: the rate of w1 is the free one.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> general(const OrderParameters<Real>& y, Real beta) const {
        if (geometry == WeightGeometry::fixed) return (*this)(y, beta);
        const Weights<Real> weights = weights_of(geometry, y.weight);
        const Real lambda = geometry == WeightGeometry::simplex ? log_odds_of_weights(weights) : y.weight;
        WeightDrive<Real> drive;
        OrderParameters<Real> rate = at_weights(y, weights, lambda, beta, drive);
        rate.weight = free_weight_rate(geometry, weights, drive.difference);
        return rate;
    }

    // Rates of the means at given weights, and what drives these. lambda: their log-odds.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> at_weights(const OrderParameters<Real>& y, const Weights<Real>& weights,
                                                    Real lambda, Real beta, WeightDrive<Real>& drive) const {
        drive = drive_at(y, lambda, beta);
        return rate_of_means(y, weights, drive.slope, beta);
    }

    // What drives the weights where their log-odds are lambda.
    template <class Real>
    MC_HOST_DEVICE WeightDrive<Real> drive_at(const OrderParameters<Real>& y, Real lambda, Real beta) const {
        const ValueAndSlope<Real> difference = gap(lambda, y.u);
        const ValuePair<Real> v = log_target(y.m1, y.m2);
        const Real pull = beta * (v.first - v.second);
        return {difference.value - pull, difference.slope, -fma(Real(gap.radius_squared), y.u, pull)};
    }

    // Rates of the means at given weights. slope: of D there, d D / d lambda.
    template <class Real>
    MC_HOST_DEVICE OrderParameters<Real> rate_of_means(const OrderParameters<Real>& y, const Weights<Real>& weights,
                                                       Real slope, Real beta) const {
        const Real c = weights.first * weights.second * (Real(1.0) - slope);
        return FixedWeightsFlow::rate_of_means(y, c, beta * weights.first, beta * weights.second);
    }
};

}  // namespace modecollapse
