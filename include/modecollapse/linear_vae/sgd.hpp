// What both samplers of SGD on a linear VAE share. In the units w = W/sqrt N, v = V/sqrt N, with h = w^T x and mu = v^T x
// for a sample x and P = w^T w + beta I, one step from the batch x_1 .. x_B is
//
//   w <- w + (tau/N) [ (1/B) sum_b x_b mu_b^T - w (1/B) sum_b mu_b mu_b^T - w (diag D + lam I) ]
//   v <- v - (tau/N) [ (1/B) sum_b x_b (P mu_b - h_b)^T + lam v ]
//   D_a <- D_a - (tau_D/N) (1/2) (Q_aa + beta - beta/D_a)
//
// all from the old state: the gradient of the loss in POSTERIOR part A. Then the inverse-Lipschitz lift. Step number k
// = 0, 1, ... begins at theta = k tau / N.
#pragma once

#include "modecollapse/linear_vae/draws.hpp"
#include "modecollapse/linear_vae/inverse_lipschitz.hpp"
#include "modecollapse/numbers/semidefinite_root.hpp"

namespace modecollapse::linear_vae {

MC_HOST_DEVICE double theta_of_step(const Payload& problem, std::uint64_t step) {
    return static_cast<double>(step) * problem.learning_rate / problem.dimension;
}

// Sums over a batch of products of the 2 M numbers u = (mu, h - P mu) of a sample.
template <class Real, class Shape>
struct BatchProducts {
    static constexpr int rows = 2 * Shape::most_latent;
    Real sum[rows][rows];  // lower triangle

    MC_HOST_DEVICE void clear(int latent) {
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < 2 * latent; ++i)
            for (int j = 0; j <= i; ++j) sum[i][j] = Real(0.0);
    }
    MC_HOST_DEVICE void add(const Real (&u)[rows], int latent) {
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < 2 * latent; ++i)
            for (int j = 0; j <= i; ++j) sum[i][j] = fma(u[i], u[j], sum[i][j]);
    }
};

// h - P mu of a sample, the second half of u, from h and mu, its first half.
template <class Real, class Shape>
MC_HOST_DEVICE void residual_of(const State<Real, Shape>& y, Real beta, const Real (&h)[Shape::most_latent],
                                Real (&u)[2 * Shape::most_latent]) {
    const int latent = y.latent();
    for (int a = 0; a < latent; ++a) {
        Real rest = fma(-beta, u[a], h[a]);
        for (int b = 0; b < latent; ++b) rest = fma(-y.q(a, b), u[b], rest);
        u[latent + a] = rest;
    }
}

// The encoder's variances after a step from `y`.
template <class Real, class Shape>
MC_HOST_DEVICE void descend_variances(const Payload& problem, const State<Real, Shape>& y, Real beta,
                                      State<Real, Shape>& next) {
    const Real half = Real(-0.5 * problem.learning_rate * problem.encoder_variance_rate / problem.dimension);
    for (int a = 0; a < y.latent(); ++a)
        next.variance(a) = fma(half, y.q(a, a) + beta - beta / y.variance(a), y.variance(a));
}

// Rows of (w, v) in an orthonormal frame of span(W*, W, V), W* first: (2 M, 2 M + M*), zero above its diagonal.
template <class Real, class Shape>
struct FrameRows {
    static constexpr int rows = 2 * Shape::most_latent, columns = rows + Shape::most_signal;
    Real along[rows][Shape::most_signal];  // m and d
    Real root[rows][rows];                 // lower: of the Gram matrix that W* leaves
};

template <class Real, class Shape>
MC_HOST_DEVICE_CALL void frame_rows(const State<Real, Shape>& y, FrameRows<Real, Shape>& frame) {
    const int latent = y.latent(), signal = y.signal();
    for (int a = 0; a < latent; ++a)
        for (int k = 0; k < signal; ++k) {
            frame.along[a][k] = y.m(a, k);
            frame.along[latent + a][k] = y.d(a, k);
        }
    MC_UNROLL(Shape::unrolled_rows)
    for (int i = 0; i < 2 * latent; ++i)
        for (int j = 0; j <= i; ++j) {
            const int a = i < latent ? i : i - latent, b = j < latent ? j : j - latent;
            Real sum = i < latent ? y.q(a, b) : j < latent ? y.r(b, a) : y.e(a, b);
            for (int k = 0; k < signal; ++k) sum = fma(-frame.along[i][k], frame.along[j][k], sum);
            frame.root[i][j] = sum;
        }
    semidefinite_root<Real, Shape::unrolled_rows>(frame.root, 2 * latent);
}

}  // namespace modecollapse::linear_vae
