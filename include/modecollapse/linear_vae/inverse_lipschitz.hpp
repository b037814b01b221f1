// Inverse-Lipschitz decoder: every singular value of W / sqrt N at least L, that is Q >= L^2 I (POSTERIOR part A).
//
// SGD, and the start: the lift of the singular values below L. With Q = U diag(q) U^T,
//
//   T = U diag(max(1, L/sqrt q)) U^T:    m <- T m,   Q <- T Q T,   R <- T R;    d, E, D stay
//
// Flow: the lift after every infinitesimal step takes from the free field what would push a singular value at L below
// it (docs/theory.md). With U0 the eigenvectors of the pinned values, q <= L^2 (1 + margin),
//
//   Z = (1/2) U0^T (dQ) U0 + (kappa/2) diag(q - L^2) = S diag(z) S^T,    N = S diag(min(z, 0)) S^T
//   K = U0 (2 N_ij / (q_i + q_j)) U0^T:    dm <- dm - K m,   dQ <- dQ - K Q - Q K,   dR <- dR - K R
//
// The directions at L are treated together; one that wants to grow is let go. At q = L^2 this is the limit of the lift. A
// pinned value beside L^2 comes to it at the rate kappa, from either side: the margin is wide enough that a direction
// which has left the others no longer turns faster than the steps that follow it, 1 / margin.
#pragma once

#include "modecollapse/linear_vae/state.hpp"
#include "modecollapse/numbers/singular_value_lift.hpp"

namespace modecollapse::linear_vae {

inline constexpr double pinned_margin = 1e-3;  // relative, of q against L^2
inline constexpr double return_rate = 10.0;    // kappa, a unit of theta

// Left products of a matrix with the parts of a state that W enters: m and R by one factor, Q by two.
template <class Real, class Shape>
MC_HOST_DEVICE void multiply_decoder(const Real (&t)[Shape::most_latent][Shape::most_latent], State<Real, Shape>& y) {
    const int latent = y.latent();
    const State<Real, Shape> old = y;
    Real tq[Shape::most_latent][Shape::most_latent];
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a) {
        for (int k = 0; k < y.signal(); ++k) {
            Real sum = t[a][0] * old.m(0, k);
            for (int b = 1; b < latent; ++b) sum = fma(t[a][b], old.m(b, k), sum);
            y.m(a, k) = sum;
        }
        for (int c = 0; c < latent; ++c) {
            Real r = t[a][0] * old.r(0, c), q = t[a][0] * old.q(0, c);
            for (int b = 1; b < latent; ++b) {
                r = fma(t[a][b], old.r(b, c), r);
                q = fma(t[a][b], old.q(b, c), q);
            }
            y.r(a, c) = r;
            tq[a][c] = q;
        }
    }
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a)
        for (int c = 0; c <= a; ++c) {
            Real sum = tq[a][0] * t[c][0];
            for (int b = 1; b < latent; ++b) sum = fma(tq[a][b], t[c][b], sum);
            y.q(a, c) = sum;
        }
}

// U A U^T of a symmetric A.
template <class Real, int most>
MC_HOST_DEVICE_CALL void rotated(const Real (&u)[most][most], const Real (&a)[most][most], int n,
                                 Real (&result)[most][most]) {
    for (int i = 0; i < n; ++i) {
        Real row[most];
        for (int l = 0; l < n; ++l) {
            row[l] = u[i][0] * a[0][l];
            for (int k = 1; k < n; ++k) row[l] = fma(u[i][k], a[k][l], row[l]);
        }
        for (int j = 0; j <= i; ++j) {
            Real sum = row[0] * u[j][0];
            for (int l = 1; l < n; ++l) sum = fma(row[l], u[j][l], sum);
            result[i][j] = sum;
            result[j][i] = sum;
        }
    }
}

// The matrix T of the lift: the identity in a lane without a singular value below L. Which lanes have one.
template <class Real, class Shape>
MC_HOST_DEVICE_CALL MaskOf<Real> lift_matrix(double inverse_lipschitz, const State<Real, Shape>& y,
                                             Real (&t)[Shape::most_latent][Shape::most_latent]) {
    constexpr int most = Shape::most_latent;
    const int latent = y.latent();
    Real q[most][most];
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a)
        for (int b = 0; b < latent; ++b) q[a][b] = y.q(a, b);
    return lift_of_gram(Real(inverse_lipschitz), q, latent, t);
}

// The lift of a state. True in the lanes that had a singular value below L; the others keep their bits.
template <class Real, class Shape>
MC_HOST_DEVICE_CALL MaskOf<Real> lift(double inverse_lipschitz, State<Real, Shape>& y) {
    Real t[Shape::most_latent][Shape::most_latent];
    const MaskOf<Real> below = lift_matrix(inverse_lipschitz, y, t);
    if (!any(below)) return below;
    State<Real, Shape> lifted = y;
    multiply_decoder(t, lifted);
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): it thinks of no latents at all, which the settings exclude
    for (int i = 0; i < y.size(); ++i) y.at(i) = select(below, lifted.at(i), y.at(i));
    return below;
}

// The projection of the free field `rate` at `y`.
template <class Real, class Shape>
MC_HOST_DEVICE_CALL void project(double inverse_lipschitz, const State<Real, Shape>& y, State<Real, Shape>& rate) {
    constexpr int most = Shape::most_latent;
    const int latent = y.latent();
    const Real zero = Real(0.0), squared = Real(inverse_lipschitz * inverse_lipschitz);
    Real q[most][most], u[most][most], z[most][most], s[most][most];
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a)
        for (int b = 0; b < latent; ++b) q[a][b] = y.q(a, b);
    symmetric_eigen(q, u, latent);
    MaskOf<Real> pinned[most];
    MaskOf<Real> some = q[0][0] <= squared * Real(1.0 + pinned_margin);
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a) {
        pinned[a] = q[a][a] <= squared * Real(1.0 + pinned_margin);
        some = some | pinned[a];
    }
    if (!any(some)) return;
    MC_UNROLL(Shape::unrolled_rows)
    for (int i = 0; i < latent; ++i)
        for (int j = 0; j <= i; ++j) {
            Real sum = zero;
            MC_UNROLL(Shape::unrolled_rows)
            for (int a = 0; a < latent; ++a) {
                Real row = u[0][j] * rate.q(a, 0);
                for (int b = 1; b < latent; ++b) row = fma(rate.q(a, b), u[b][j], row);
                sum = fma(u[a][i], row, sum);
            }
            sum = Real(0.5) * sum;
            if (i == j) sum = fma(Real(0.5 * return_rate), q[i][i] - squared, sum);
            z[i][j] = z[j][i] = select(pinned[i] & pinned[j], sum, zero);
        }
    symmetric_eigen(z, s, latent);
    Real value[most], negative[most][most], k[most][most];
    MC_UNROLL(Shape::unrolled_rows)
    for (int i = 0; i < latent; ++i) value[i] = min(z[i][i], zero);
    rotated_diagonal(s, value, latent, negative);
    MC_UNROLL(Shape::unrolled_rows)
    for (int i = 0; i < latent; ++i)
        for (int j = 0; j < latent; ++j) negative[i][j] = (negative[i][j] + negative[i][j]) / (q[i][i] + q[j][j]);
    rotated(u, negative, latent, k);
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < latent; ++a) {
        for (int i = 0; i < y.signal(); ++i)
            for (int b = 0; b < latent; ++b) rate.m(a, i) = fma(-k[a][b], y.m(b, i), rate.m(a, i));
        for (int c = 0; c < latent; ++c)
            for (int b = 0; b < latent; ++b) rate.r(a, c) = fma(-k[a][b], y.r(b, c), rate.r(a, c));
        for (int c = 0; c <= a; ++c)
            for (int b = 0; b < latent; ++b)
                rate.q(a, c) = fma(-k[a][b], y.q(b, c), fma(-k[c][b], y.q(b, a), rate.q(a, c)));
    }
}

}  // namespace modecollapse::linear_vae
