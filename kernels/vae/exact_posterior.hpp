// The exact posterior of a VAE's decoder, q*(y,z|x) ~ p(x|z)^{1/beta} p(z|y) p(y): the minimiser of the objective over all
// encoders (POSTERIOR part B). By quadrature over a lattice for l <= 2 and few dimensions of the data, else by importance sampling.
//
//   KL(q* || p) = E_q*[log p(x|z)] / beta - log E_p[p(x|z)^{1/beta}]
//   F = E_q* |J^T (S(x) - grad A(f))|^2 / beta^2, the relative Fisher divergence of q*(z|x,y) from p(z|y)
//   F >= c^2 E_q* |S(x) - grad A(f)|^2 / beta^2 where l = t and sigma_min(J) >= c
//   importance-weighted likelihood, k samples z_yi of q(z|x,y) for each y:
//   log sum_y p(y) (1/k) sum_i p(x|z_yi) p(z_yi|y) / q(z_yi|x,y)
//
// Sampled, the KL divergence is an estimate, whose noise can take it below 0; it is not cut off there, which would raise its mean.
//
// S - grad A is (x - f) / s_x^2 (gaussian), x - logistic(f) (bernoulli).
#pragma once

#include <functional>
#include <vector>

#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

struct ExactInput {
    const Problem* problem;
    std::uint64_t seed, member;
    double beta, log_variance;      // KL weight; log s_x^2
    double constant;                // c: of the decoder
    const double* prior;            // a (c, l), then b (c, l); null without clusters
    std::uint64_t count;            // data
    const double* x;                // (count, t)
    const double *mean, *variance;  // (count, classes, l): of q(z|x,y)
    // Latents (count, l) -> f (count, t) and its derivatives (count, l, t), or null. False: given up.
    std::function<bool(const double* z, std::uint64_t count, double* f, double* jacobian)> decode;
};

// Means over the data in nats a datum.
struct ExactReading {
    std::vector<double> mean,
        other_mean;             // (count, l): E_q*[z|x] by halves of the samples; by quadrature twice the same
    std::vector<double> share;  // (count, classes): q*(y|x)
    double kl, fisher, fisher_bound, likelihood;
    double
        effective;  // by sampling: effective share of the samples; by quadrature: share of data whose posterior is resolved
};

bool is_by_quadrature(const Problem& problem);

// Latents that it sends through the decoder, about; memory that it takes, in doubles.
double exact_latents(const Problem& problem);
double exact_numbers(const Problem& problem);

// False: given up.
bool read_exact_posterior(const ExactInput& input, ExactReading& reading);

}  // namespace modecollapse::vae
