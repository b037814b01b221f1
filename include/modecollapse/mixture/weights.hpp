// Trainable weights: the coordinate that is integrated, the weights it stands for, and its rate of change (PHYSICS
// section 3).
//
//   D = E_{N(mu1,I)}[log q - beta log p] - E_{N(mu2,I)}[log q - beta log p]
//     the derivative of the objective along w1 (w2 = 1 - w1)
//
//   softmax       coordinate lambda = log(w1/w2)    d lambda / dt = -2 w1 w2 D      two logits, Euclidean metric
//   fisher_rao    coordinate lambda = log(w1/w2)    d lambda / dt = -D              natural gradient
//   simplex       coordinate w1                     d w1 / dt     = -D / 2          projected on [0, 1]
//   fixed         coordinate unused                 0
//
// The one place for this: the closed flow uses the rates, the sampled dynamics take Euler steps with an estimate of D.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

enum class WeightGeometry { fixed = 0, softmax = 1, simplex = 2, fisher_rao = 3 };
inline constexpr const char* weight_geometry_names[] = {"fixed", "softmax", "simplex", "fisher-rao"};

template <class Real>
struct Weights {
    Real first;
    Real second;
};

// w1 and w2 from the log-odds lambda, each to full relative accuracy: the smaller one is not formed by subtraction.
template <class Real>
MC_HOST_DEVICE Weights<Real> weights_of_log_odds(Real lambda) {
    const Real small_over_large = exp(-abs(lambda));
    const Real large = Real(1.0) / (Real(1.0) + small_over_large);
    const Real small = small_over_large * large;
    const MaskOf<Real> first_is_larger = lambda >= Real(0.0);
    return {select(first_is_larger, large, small), select(first_is_larger, small, large)};
}

// The least weight that is told from 0: a lighter one counts as this where its logarithm is asked for.
template <class Real>
constexpr double least_weight = sizeof(ScalarOf<Real>) == 4 ? 1e-30 : 1e-300;

// log(w1 / w2), finite also where a weight is 0.
template <class Real>
MC_HOST_DEVICE Real log_odds_of_weights(const Weights<Real>& weights) {
    const Real least = Real(least_weight<Real>);
    return log(max(weights.first, least)) - log(max(weights.second, least));
}

// Weights of a coordinate. fixed: not to be asked.
template <class Real>
MC_HOST_DEVICE Weights<Real> weights_of(WeightGeometry geometry, Real coordinate) {
    if (geometry != WeightGeometry::simplex) return weights_of_log_odds(coordinate);
    const Real first = min(max(coordinate, Real(0.0)), Real(1.0));
    return {first, Real(1.0) - first};
}

// w1 of a coordinate; `fixed` where the weights are.
MC_HOST_DEVICE double first_weight(WeightGeometry geometry, double fixed, double coordinate) {
    return geometry == WeightGeometry::fixed ? fixed : weights_of(geometry, coordinate).first;
}

// Coordinate of the weight w1 in (0, 1).
MC_HOST_DEVICE double weight_coordinate(WeightGeometry geometry, double weight1) {
    return geometry == WeightGeometry::simplex ? weight1 : log(weight1) - log(1.0 - weight1);
}

// Rate of change of the coordinate, the projection of the simplex left aside.
template <class Real>
MC_HOST_DEVICE Real free_weight_rate(WeightGeometry geometry, const Weights<Real>& weights, Real difference) {
    switch (geometry) {
        case WeightGeometry::softmax:
            return Real(-2.0) * weights.first * weights.second * difference;
        case WeightGeometry::fisher_rao:
            return -difference;
        case WeightGeometry::simplex:
            return Real(-0.5) * difference;
        case WeightGeometry::fixed:
            break;
    }
    return Real(0.0);
}

// Does the projection on the simplex hold the weight where it is: at w1 = 0 with D > 0, or at w1 = 1 with D < 0?
// free_rate: -D / 2.
template <class Real>
MC_HOST_DEVICE MaskOf<Real> is_held_at_edge(Real weight1, Real free_rate) {
    return ((weight1 <= Real(0.0)) & (free_rate < Real(0.0))) | ((weight1 >= Real(1.0)) & (free_rate > Real(0.0)));
}

// One Euler step of size `step` in the coordinate, at an exact or estimated D; the simplex is clipped to [0, 1].
template <class Real>
MC_HOST_DEVICE Real weight_step(WeightGeometry geometry, Real coordinate, Real difference, Real step) {
    if (geometry == WeightGeometry::fixed) return coordinate;
    const Real next = fma(step, free_weight_rate(geometry, weights_of(geometry, coordinate), difference), coordinate);
    return geometry == WeightGeometry::simplex ? min(max(next, Real(0.0)), Real(1.0)) : next;
}

}  // namespace modecollapse
