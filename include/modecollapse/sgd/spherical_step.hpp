// One step of gradient descent of the two means on the sphere: project on the tangent space, step, scale back (PHYSICS
// section 6).
//
//   n_i' = v_i / |v_i|,   v_i = n_i - eta ( G_i - <G_i, n_i> n_i ),   G_i = a_i1 n1 + a_i2 n2 + a_i* e* + V_i / R
//
// n_i = mu_i / R are unit vectors, e* the first axis, V_i the part of the gradient that is noise
// (stochastic_gradient.hpp). The full sampler steps in R^d. The reduced one steps in a frame of the three vectors and,
// where V_i leaves their span, two more axes.
#pragma once

#include "modecollapse/sgd/stochastic_gradient.hpp"

namespace modecollapse {

template <class Real>
struct SumPair {
    Real first, second;
};

// The gradients of both means, divided by R and projected on their tangent spaces: G_i - <G_i, n_i> n_i.
//
// Vectors: anything with  Real mean(i, k), void set_mean(i, k, Real), Real noise(i, k)  for i = 0, 1 and axes k = 0, 1,
// ..., and with SumPair<Real> sum(f), the sum of the pairs f(k) over all axes, in an order of its own: one after the
// other, or shared by the threads of a CUDA block.
template <class Real, class Vectors>
class TangentGradient {
public:
    MC_HOST_DEVICE TangentGradient(const Vectors& vectors, const GradientCoefficients<Real>& a, double radius)
        : vectors_(vectors), a_(a), noise_scale_(1.0 / radius) {
        radial_ = vectors.sum([&](std::uint64_t k) {
            const Real n1 = vectors.mean(0, k), n2 = vectors.mean(1, k);
            return SumPair<Real>{whole(0, k, n1, n2) * n1, whole(1, k, n1, n2) * n2};
        });
    }

    // Of mean i along axis k; n1, n2: mean(0, k), mean(1, k).
    MC_HOST_DEVICE Real operator()(int i, std::uint64_t k, Real n1, Real n2) const {
        return i == 0 ? whole(0, k, n1, n2) - radial_.first * n1 : whole(1, k, n1, n2) - radial_.second * n2;
    }

private:
    MC_HOST_DEVICE Real whole(int i, std::uint64_t k, Real n1, Real n2) const {
        const Real along = fma(a_.mean[i][0], n1, fma(a_.mean[i][1], n2, noise_scale_ * vectors_.noise(i, k)));
        return k == 0 ? along + a_.mode[i] : along;
    }

    const Vectors& vectors_;
    const GradientCoefficients<Real>& a_;
    Real noise_scale_;
    SumPair<Real> radial_;
};

// Steps the means; returns their order parameters, `weight` left at zero.
template <class Real, class Vectors>
MC_HOST_DEVICE OrderParameters<Real> spherical_step(Vectors& vectors, const GradientCoefficients<Real>& a,
                                                    double radius, double learning_rate) {
    const Real eta = Real(learning_rate);
    const TangentGradient<Real, Vectors> gradient(vectors, a, radius);
    const SumPair<Real> square = vectors.sum([&](std::uint64_t k) {
        const Real n1 = vectors.mean(0, k), n2 = vectors.mean(1, k);
        const Real v1 = fma(-eta, gradient(0, k, n1, n2), n1);
        const Real v2 = fma(-eta, gradient(1, k, n1, n2), n2);
        vectors.set_mean(0, k, v1);
        vectors.set_mean(1, k, v2);
        return SumPair<Real>{v1 * v1, v2 * v2};
    });
    const Real scale1 = Real(1.0) / sqrt(square.first), scale2 = Real(1.0) / sqrt(square.second);
    const SumPair<Real> distance = vectors.sum([&](std::uint64_t k) {
        const Real n1 = scale1 * vectors.mean(0, k), n2 = scale2 * vectors.mean(1, k);
        vectors.set_mean(0, k, n1);
        vectors.set_mean(1, k, n2);
        return SumPair<Real>{(n1 - n2) * (n1 - n2), Real(0.0)};
    });
    return {vectors.mean(0, 0), vectors.mean(1, 0), Real(0.5) * distance.first, Real(0.0)};
}

// SumPair of f(0) ... f(size - 1), one after the other.
template <class Real, class Function>
MC_HOST_DEVICE SumPair<Real> sum_in_order(std::uint64_t size, const Function& f) {
    SumPair<Real> sum = {Real(0.0), Real(0.0)};
    for (std::uint64_t k = 0; k < size; ++k) {
        const SumPair<Real> term = f(k);
        sum.first = sum.first + term.first;
        sum.second = sum.second + term.second;
    }
    return sum;
}

// Weights of a state, and the logarithm of their ratio.
template <class Real>
struct StateWeights {
    Weights<Real> weights;
    Real log_odds;
};

template <class Real>
MC_HOST_DEVICE StateWeights<Real> weights_of_state(const SgdPayload& problem, const OrderParameters<Real>& y) {
    if (problem.geometry == WeightGeometry::fixed) {
        const double w1 = problem.weight1, w2 = 1.0 - problem.weight1;
        return {{Real(w1), Real(w2)}, Real(log(w1) - log(w2))};
    }
    const Weights<Real> weights = weights_of(problem.geometry, y.weight);
    return {weights, problem.geometry == WeightGeometry::simplex ? log_odds_of_weights(weights) : y.weight};
}

// The unit vectors n1, n2 in an orthonormal frame (e*, e2, e3) of span(mu*, mu1, mu2), from the Gram matrix by
// Cholesky:
//   n1 = (m1, b1, 0),  n2 = (m2, b2, c2),  b1 = sqrt(1 - m1^2),  b2 = (s - m1 m2) / b1,  c2 = sqrt(1 - m2^2 - b2^2).
// At d = 2 the frame has two axes: c2 = 0, and s tells only on which side of mu* the second mean lies.
template <class Real>
struct Frame {
    Real m1, b1, m2, b2, c2;
};

template <class Real>
MC_HOST_DEVICE Frame<Real> frame_of(const OrderParameters<Real>& y, int size) {
    const Real zero = Real(0.0), one = Real(1.0);
    const Real room1 = max((one - y.m1) * (one + y.m1), zero), room2 = max((one - y.m2) * (one + y.m2), zero);
    const Real b1 = sqrt(room1), length = sqrt(room2);
    const Real across = one - y.u - y.m1 * y.m2;  // s - m1 m2
    Frame<Real> frame = {y.m1, b1, y.m2, zero, zero};
    if (size == 2) {
        frame.b2 = select(across >= zero, length, -length);
    } else {
        frame.b2 = min(max(across / max(b1, Real(1e-100)), -length), length);
        frame.c2 = sqrt(max(room2 - frame.b2 * frame.b2, zero));
    }
    return frame;
}

}  // namespace modecollapse
