// Fixed points of the closed flow of a linear VAE (POSTERIOR part A; learning rate to 0). At each, a latent direction
// lies on an eigenvector of the data's covariance, of eigenvalue v (rho + eta along the signals, eta across them), or has
// learned nothing. With s its singular value in the decoder, P = s^2 + beta and weight decay lam,
//
//   s^2 = max(v - beta, L^2, 0) at lam = 0, else learned_value.hpp,   D = beta / P,   gain of the encoder s / (P + lam/v),
//   loss of a sample at lam = 0  -v s^2 / (2 P) + (beta/2) log(P / beta)     (settled.hpp)
//
// An eigenvector of eigenvalue v' that no latent lies on grows in that latent, or decays, at the larger root r of
//
//   r^2 + (c/P + P v' + lam) r = v' (v' - c) - lam c/P,    c = v / (1 + lam/(v P)), or beta (1 + lam) where the latent has
//                                                          learned nothing.
//
// For the plateau, where no signal is learned, these are the rates of POSTERIOR part A.
#pragma once

#include <vector>

#include "modecollapse/linear_vae/problem.hpp"

namespace modecollapse::linear_vae {

inline double total_variance(const Payload& problem) { return problem.signal_variance + problem.noise_variance; }

// A latent direction at a fixed point.
struct AlignedDirection {
    double eigenvalue;        // v
    double squared;           // s^2
    double encoder_variance;  // D
    double gain;              // of the encoder
    double activity;          // B = gain^2 v
    double kl;                // nats
    double fisher;            // relative Fisher divergence of the posterior
    double held;              // c
    double whole;             // P
};

// The latent on an eigenvector of eigenvalue v; v = nothing_learned, for L = 0: on none. Of two stable ones, as weight
// decay can leave, that of the smaller loss.
inline constexpr double nothing_learned = 0.0;
AlignedDirection latent_on(const Payload& problem, double v);

// Of two stable ones the one that has learned more.
AlignedDirection most_learned(const Payload& problem, double v);

// The rate r at which the eigenvector of eigenvalue v' grows in a latent, under that weight decay.
double overlap_rate(double eigenvalue, const AlignedDirection& latent, double weight_decay);

// The optimum: a latent on each of the M largest eigenvalues.
std::vector<AlignedDirection> aligned_optimum(const Payload& problem);

// All of them, by how many latents lie on signals and on noise; the others have learned nothing. Throws
// std::domain_error with weight decay or the noise of a learning rate.
struct FixedPoint {
    int signals, noises;
    double kl;           // of the encoder, nats a sample
    double escape_rate;  // largest rate at which it is left; not above 0: stable
};
std::vector<FixedPoint> fixed_points(const Payload& problem);

// The stable one, for settled.hpp; not known (near = 0) with weight decay, the noise of a learning rate, a KL weight that
// never stays, or so close to a bifurcation that another fixed point has nearly the same loss.
StableEnd stable_end(const Payload& problem);

}  // namespace modecollapse::linear_vae
