// The exact posterior of a sequence VAE's decoder, q*(z|x) ~ p(x|z)^{1/beta} p(z), the minimiser of the objective over all encoders,
// by importance sampling: half of the latents from q(z|x), half from the prior, weighted as draws of their mixture.
//
//   KL(q* || p) = E_q*[log p(x|z)] / beta - log E_p[p(x|z)^{1/beta}]
//   F = E_q* |d log p(x|z) / dz|^2 / beta^2, the relative Fisher divergence of q* from p
//   importance-weighted likelihood, k latents z_i of q(z|x):  log (1/k) sum_i p(x|z_i) p(z_i) / q(z_i|x)
#pragma once

#include <vector>

#include "kernels/sequence/monitor.hpp"

namespace modecollapse::sequence {

struct ExactInput {
    const Problem* problem;
    std::uint64_t seed, member;
    double beta;                    // KL weight
    std::uint64_t count;            // sentences
    const double *mean, *variance;  // (count, l): of q(z|x)
    const Weigh* weigh;
};

// Means over the sentences, in nats a sentence.
struct ExactReading {
    std::vector<double> mean, other_mean;  // (count, l): E_q*[z|x] by halves of the samples
    double kl = 0.0, fisher = 0.0, likelihood = 0.0;
    double effective = 0.0;  // share of the samples
};

// False: given up.
bool read_exact_posterior(const ExactInput& input, ExactReading& reading);

}  // namespace modecollapse::sequence
