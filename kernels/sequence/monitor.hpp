// What held-out sentences say about the training of a sequence VAE: of its encoder, and of the exact posterior of its decoder.
//
//   I_q(x; z) = E_x KL(q(z|x) || q(z)) = E_x KL(q(z|x) || p) - KL(q || p),  q(z) the mean of q(z|x) over the held-out sentences: the
//   mean of log q(z|x) - log q(z) over one z of each, with its standard error; at most log(held-out)
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "kernels/sequence/lanes.hpp"
#include "kernels/vae/monitor.hpp"

namespace modecollapse::sequence {

// Means over the sentences, in nats a sentence; NaN: not asked for, or after a failure. `exact`: by exact_posterior.hpp, on the
// first of the held-out sentences, and only where the KL weight is above 0.
struct Monitor {
    double kl = vae::no_value;              // KL(q(z|x) || p)
    double reconstruction = vae::no_value;  // E_q log p(x|z), by one latent sample
    double elbo = vae::no_value;            // reconstruction - kl: the bound at KL weight 1
    double token_loss = vae::no_value;      // -elbo a token
    double active = vae::no_value;          // active directions
    double variance = vae::no_value;        // the largest eigenvalue that decides which are
    double information = vae::no_value, information_error = vae::no_value;  // I_q(x; z) and its standard error
    double likelihood = vae::no_value;                                      // log p(x), importance-weighted
    double exact_kl = vae::no_value, exact_fisher = vae::no_value, exact_active = vae::no_value;
    double exact_effective = vae::no_value;  // effective share of the samples
};

bool is_finite(const Monitor& monitor);  // what every training has
vae::Outcome outcome_of(const Problem& problem, const Monitor& monitor);
vae::Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor);

// A sentence's log p(x|z) and its gradient in z, or null, at latents. False: given up.
using Weigh =
    std::function<bool(std::uint64_t row, const double* z, std::uint64_t count, double* log_likelihood, double* score)>;

// The held-out sentences of one member through its encoder.
class HeldOut {
public:
    HeldOut(const Problem& problem, const TokenTable& table, std::uint64_t seed);

    Evaluation evaluation() { return {mean_.data(), variance_.data(), sample_.data(), kl_.data(), misfit_.data()}; }

    // As of `step` of a member. False: given up.
    bool read(std::uint64_t member, std::uint64_t step, const Weigh& weigh, Monitor& monitor) const;

private:
    void read_information(Monitor& monitor) const;

    const Problem& problem_;
    const TokenTable& table_;
    std::uint64_t seed_, exact_;
    std::vector<double> mean_, variance_, sample_, kl_, misfit_;
};

}  // namespace modecollapse::sequence
