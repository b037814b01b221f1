// The closed equations of the linear VAE under SGD, N to infinity, a unit of theta = tau x steps / N: POSTERIOR part A.
//
//   A = rho m m^T + eta Q,  B = rho d d^T + eta E,  C = rho m d^T + eta R,  P = Q + beta I,  Lam = diag(D) + lam I
//   dm = (rho+eta) d - B m - Lam m,    dd = (rho+eta) (m - P d) - lam d
//   dQ = X + X^T + n B,                X = C^T - B Q - Lam Q
//   dE = -(Y + Y^T) - 2 lam E + n (P B P - P C^T - C P + A),   Y = P B - C
//   dR = B - B R - Lam R - C P + A - lam R - n (B P - C^T)
//   dD = -(tau_D/tau)/2 (Q_aa + beta - beta/D_a)
//
// n = tau eta / batch is the noise of the batches: 0 in the gradient flow. B is the covariance of the posterior means
// over the data.
#pragma once

#include "modecollapse/linear_vae/problem.hpp"
#include "modecollapse/linear_vae/state.hpp"

namespace modecollapse::linear_vae {

// A, B, C of a state.
template <class Real, class Shape>
struct Covariances {
    static constexpr int most = Shape::most_latent;
    Real a[most][most];  // of h = W^T x / sqrt N over the data
    Real b[most][most];  // of mu = V^T x / sqrt N
    Real c[most][most];  // of h with mu
};

template <class Real, class Shape>
MC_HOST_DEVICE void covariances_of(const Payload& problem, const State<Real, Shape>& y,
                                   Covariances<Real, Shape>& result) {
    const Real rho = Real(problem.signal_variance), eta = Real(problem.noise_variance);
    MC_UNROLL(Shape::unrolled_rows)
    for (int a = 0; a < y.latent(); ++a)
        for (int b = 0; b < y.latent(); ++b) {
            Real mm = y.m(a, 0) * y.m(b, 0), dd = y.d(a, 0) * y.d(b, 0), md = y.m(a, 0) * y.d(b, 0);
            for (int k = 1; k < y.signal(); ++k) {
                mm = fma(y.m(a, k), y.m(b, k), mm);
                dd = fma(y.d(a, k), y.d(b, k), dd);
                md = fma(y.m(a, k), y.d(b, k), md);
            }
            result.a[a][b] = fma(rho, mm, eta * y.q(a, b));
            result.b[a][b] = fma(rho, dd, eta * y.e(a, b));
            result.c[a][b] = fma(rho, md, eta * y.r(a, b));
        }
}

template <class Shape>
class Field {
    static constexpr int most = Shape::most_latent;

public:
    MC_HOST_DEVICE explicit Field(const Payload& problem)
        : problem_(problem),
          noise_(problem.dynamics == Dynamics::flow
                     ? 0.0
                     : problem.learning_rate * problem.noise_variance / static_cast<double>(problem.batch)) {}

    // Rates at `y`, at KL weight `beta`. rate: of the same shape.
    template <class Real>
    MC_HOST_DEVICE void operator()(const State<Real, Shape>& y, Real beta, State<Real, Shape>& rate) const {
        if constexpr (most == 1)
            evaluate(y, beta, rate);
        else
            call(y, beta, rate);
    }

private:
    template <class Real>
    MC_HOST_DEVICE_CALL void call(const State<Real, Shape>& y, Real beta, State<Real, Shape>& rate) const {
        evaluate(y, beta, rate);
    }
    template <class Real>
    MC_HOST_DEVICE void evaluate(const State<Real, Shape>& y, Real beta, State<Real, Shape>& rate) const {
        const int latent = y.latent();
        Covariances<Real, Shape> cov;
        covariances_of(problem_, y, cov);
        Real p[most][most];           // P
        Real pb_minus_c[most][most];  // Y
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) p[a][b] = a == b ? y.q(a, b) + beta : y.q(a, b);
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) {
                Real sum = -cov.c[a][b];
                for (int c = 0; c < latent; ++c) sum = fma(p[a][c], cov.b[c][b], sum);
                pb_minus_c[a][b] = sum;
            }
        signals(y, cov, p, rate);
        gram(y, cov, p, pb_minus_c, rate);
        const Real half = Real(-0.5 * problem_.encoder_variance_rate);
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a) rate.variance(a) = half * (p[a][a] - beta / y.variance(a));
    }

    // dm and dd.
    template <class Real>
    MC_HOST_DEVICE void signals(const State<Real, Shape>& y, const Covariances<Real, Shape>& cov,
                                const Real (&p)[most][most], State<Real, Shape>& rate) const {
        const Real total = Real(problem_.signal_variance + problem_.noise_variance);
        const Real decay = Real(problem_.weight_decay);
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < y.latent(); ++a) {
            const Real lam = y.variance(a) + decay;
            for (int k = 0; k < y.signal(); ++k) {
                Real pull = lam * y.m(a, k), push = y.m(a, k);
                for (int b = 0; b < y.latent(); ++b) {
                    pull = fma(cov.b[a][b], y.m(b, k), pull);
                    push = fma(-p[a][b], y.d(b, k), push);
                }
                rate.m(a, k) = fma(total, y.d(a, k), -pull);
                rate.d(a, k) = fma(total, push, -(decay * y.d(a, k)));
            }
        }
    }

    // dQ, dE and dR.
    template <class Real>
    MC_HOST_DEVICE void gram(const State<Real, Shape>& y, const Covariances<Real, Shape>& cov,
                             const Real (&p)[most][most], const Real (&pb_minus_c)[most][most],
                             State<Real, Shape>& rate) const {
        const int latent = y.latent();
        const Real decay = Real(problem_.weight_decay), n = Real(noise_);
        Real x[most][most];
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a) {
            const Real lam = y.variance(a) + decay;
            for (int b = 0; b < latent; ++b) {
                Real sum = fma(-lam, y.q(a, b), cov.c[b][a]);
                // dR: B - C P + A - B R - (Lam + lam) R
                Real r = fma(-(lam + decay), y.r(a, b), cov.b[a][b] + cov.a[a][b]);
                for (int c = 0; c < latent; ++c) {
                    sum = fma(-cov.b[a][c], y.q(c, b), sum);
                    r = fma(-cov.c[a][c], p[c][b], fma(-cov.b[a][c], y.r(c, b), r));
                }
                x[a][b] = sum;
                // B P - C^T is the transpose of Y
                rate.r(a, b) = noise_ == 0.0 ? r : fma(-n, pb_minus_c[b][a], r);
            }
        }
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b <= a; ++b) {
                Real q = x[a][b] + x[b][a];
                Real e = -(pb_minus_c[a][b] + pb_minus_c[b][a]);
                e = fma(Real(-2.0) * decay, y.e(a, b), e);
                if (noise_ != 0.0) {
                    q = fma(n, cov.b[a][b], q);
                    // P B P - C P - P C^T + A = Y P - P C^T + A
                    Real sum = cov.a[a][b];
                    for (int c = 0; c < latent; ++c)
                        sum = fma(pb_minus_c[a][c], p[c][b], fma(-p[a][c], cov.c[b][c], sum));
                    e = fma(n, sum, e);
                }
                rate.q(a, b) = q;
                rate.e(a, b) = e;
            }
    }

    const Payload& problem_;
    double noise_;
};

}  // namespace modecollapse::linear_vae
