// What a linear VAE has become: POSTERIOR part A, Outcomes.
//
//   active directions    the k eigenvectors U of B = rho d d^T + eta E, the covariance of the posterior means, with an
//                        eigenvalue above the activity floor: invariant under rotations of the latent space
//   captured directions  the number c of eigenvalues of  C2 = rho d^T U (U^T B U)^-1 U^T d  (squared canonical
//                        correlations of the signal with the active part of the means) above capture share x rho / (rho
//                        + eta), the ceiling that x allows: invariant under rotations of the signal space
//
// In this order: failed (not finite, or a variance that is not positive); collapsed, k = 0; superfluous, k > c;
// recovered, c = min(M, M*); partial.
#pragma once

#include "modecollapse/linear_vae/field.hpp"
#include "modecollapse/numbers/symmetric_eigen.hpp"

namespace modecollapse::linear_vae {

enum class Outcome { collapsed = 0, superfluous = 1, partial = 2, recovered = 3, failed = 4 };
inline constexpr int outcome_count = 5;
inline constexpr const char* outcome_names[outcome_count] = {"collapsed", "superfluous", "partial", "recovered",
                                                             "failed"};

struct Ending {
    Outcome outcome;
    int active;              // k
    int captured;            // c
    double explained_share;  // tr C2 / M*
};

template <class Shape>
MC_HOST_DEVICE bool is_sound(const State<double, Shape>& y) {
    for (int i = 0; i < y.size(); ++i)
        if (!(abs(y.at(i)) <= 1e300)) return false;
    for (int a = 0; a < y.latent(); ++a)
        if (!(y.variance(a) > 0.0)) return false;
    return true;
}

template <class Shape>
MC_HOST_DEVICE Ending ending_of(const Payload& problem, const State<double, Shape>& y) {
    constexpr int most = Shape::most_latent, most_signal = Shape::most_signal;
    if (!is_sound(y)) return {Outcome::failed, 0, 0, 0.0};
    const double rho = problem.signal_variance, eta = problem.noise_variance;
    const int latent = y.latent(), signal = y.signal();
    Covariances<double, Shape> cov;
    covariances_of(problem, y, cov);
    double u[most][most], c2[most_signal][most_signal], v[most_signal][most_signal];
    symmetric_eigen(cov.b, u, latent);
    Ending end = {Outcome::collapsed, 0, 0, 0.0};
    for (int i = 0; i < signal; ++i)
        for (int j = 0; j < signal; ++j) c2[i][j] = 0.0;
    for (int k = 0; k < latent; ++k) {
        if (!(cov.b[k][k] > problem.activity_floor)) continue;
        ++end.active;
        double along[most_signal];
        for (int i = 0; i < signal; ++i) {
            along[i] = 0.0;
            for (int a = 0; a < latent; ++a) along[i] = fma(y.d(a, i), u[a][k], along[i]);
        }
        for (int i = 0; i < signal; ++i)
            for (int j = 0; j < signal; ++j) c2[i][j] = fma(rho / cov.b[k][k] * along[i], along[j], c2[i][j]);
    }
    if (end.active == 0) return end;
    for (int i = 0; i < signal; ++i) end.explained_share += c2[i][i] / static_cast<double>(signal);
    symmetric_eigen(c2, v, signal);
    for (int i = 0; i < signal; ++i)
        if (c2[i][i] > problem.capture_share * rho / (rho + eta)) ++end.captured;
    end.outcome = end.active > end.captured                             ? Outcome::superfluous
                  : end.captured == (latent < signal ? latent : signal) ? Outcome::recovered
                                                                        : Outcome::partial;
    return end;
}

}  // namespace modecollapse::linear_vae
