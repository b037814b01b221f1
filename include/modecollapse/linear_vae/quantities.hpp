// By what a linear VAE is measured at its horizon, at the KL weight beta there: POSTERIOR part A, Quantities. Nats a
// sample where it is a divergence.
//
//   KL of the encoder     (1/2) sum_a ( D_a - 1 - log D_a + B_aa )
//   exact posterior       N(S^-1 h / beta, S^-1),  S = I + Q/beta,  h of covariance A:
//       KL to the prior   (1/2) ( tr S^-1 + tr S^-1 A S^-1 / beta^2 - M + log det S )
//       Fisher            tr S^-1 A S^-1 / beta^2 + tr (S - I)^2 S^-1           (relative Fisher divergence)
//   signal error          rho - 2 sqrt(rho) |m| + Q,  M = M* = 1
#pragma once

#include "modecollapse/linear_vae/outcome.hpp"

namespace modecollapse::linear_vae {

struct Quantities {
    double kl;                // of the encoder
    double explained_share;   // tr C2 / M*
    double share_of_ceiling;  // that over rho / (rho + eta)
    double posterior_kl;      // of the exact posterior
    double posterior_fisher;
    double signal_error;  // NaN unless M = M* = 1
};
inline constexpr int quantity_count = 6;

template <class Shape>
MC_HOST_DEVICE Quantities quantities_of(const Payload& problem, const State<double, Shape>& y, double beta,
                                        double explained_share) {
    constexpr int most = Shape::most_latent;
    const double rho = problem.signal_variance, eta = problem.noise_variance;
    const int latent = y.latent();
    Covariances<double, Shape> cov;
    covariances_of(problem, y, cov);
    Quantities result = {};
    for (int a = 0; a < latent; ++a) result.kl += 0.5 * (y.variance(a) - 1.0 - log(y.variance(a)) + cov.b[a][a]);
    result.explained_share = explained_share;
    result.share_of_ceiling = rho > 0.0 ? explained_share * (rho + eta) / rho : 0.0;
    double q[most][most], u[most][most];
    for (int a = 0; a < latent; ++a)
        for (int b = 0; b < latent; ++b) q[a][b] = y.q(a, b);
    symmetric_eigen(q, u, latent);
    for (int k = 0; k < latent; ++k) {
        const double stretch = max(q[k][k], 0.0) / beta, s = 1.0 + stretch;
        double along = 0.0;  // A in the direction k
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) along = fma(u[a][k] * u[b][k], cov.a[a][b], along);
        const double mean2 = along / (s * s * beta * beta);
        result.posterior_kl += 0.5 * (1.0 / s + mean2 - 1.0 + log(s));
        result.posterior_fisher += mean2 + stretch * stretch / s;
    }
    result.signal_error =
        latent == 1 && y.signal() == 1 ? rho - 2.0 * sqrt(rho) * abs(y.m(0, 0)) + y.q(0, 0) : ::nan("");
    return result;
}

}  // namespace modecollapse::linear_vae
