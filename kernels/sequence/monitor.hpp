// What held-out sentences say about the training of a sequence VAE: of its encoder, and of the exact posterior of its decoder.
//
//   I_q(x; z) = E_x KL(q(z|x) || q(z)) = E_x KL(q(z|x) || p) - KL(q || p),  q(z) the mean of q(z|x) over the held-out sentences: the
//   mean of log q(z|x) - log q(z) over one z of each, with its standard error; at most log(held-out)
#pragma once

#include <functional>
#include <vector>

#include "kernels/sequence/lanes.hpp"
#include "kernels/vae/encoder_monitor.hpp"

namespace modecollapse::sequence {

// information: I_q(x; z). Exact: by exact_posterior.hpp.
struct Monitor : vae::EncoderMonitor {
    double token_loss = vae::no_value;         // -elbo a token
    double information_error = vae::no_value;  // standard error of I_q(x; z)
};

vae::Outcome outcome_of(const Problem& problem, const Monitor& monitor);
vae::Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor);

// A sentence's log p(x|z) and its gradient in z, or null, at latents. False: given up.
using Weigh =
    std::function<bool(std::uint64_t row, const double* z, std::uint64_t count, double* log_likelihood, double* score)>;

// The held-out sentences of one member through its encoder.
class HeldOut {
public:
    // stop: once due, a reading is given up; or null.
    HeldOut(const Problem& problem, const TokenTable& table, std::uint64_t seed, const StopRequest* stop);

    std::uint64_t count() const { return table_.sentences; }
    Evaluation evaluation() { return {mean_.data(), variance_.data(), sample_.data(), kl_.data(), misfit_.data()}; }

    // What is evaluated for the objective alone, and the objective of `count` sentences that were, of the steps up to one.
    Evaluation terms() { return {nullptr, nullptr, nullptr, kl_.data(), misfit_.data()}; }
    vae::Objective objective(std::uint64_t step, std::uint64_t count) const;

    // As of `step` of a member. False: given up.
    bool read(std::uint64_t member, std::uint64_t step, const Weigh& weigh, Monitor& monitor) const;

private:
    double kl_weight(std::uint64_t step) const { return problem_.kl_weight.at(static_cast<double>(step)); }
    bool read_information(Monitor& monitor) const;

    const Problem& problem_;
    const TokenTable& table_;
    std::uint64_t seed_;
    const StopRequest* stop_;
    std::uint64_t exact_;
    std::vector<double> mean_, variance_, sample_, kl_, misfit_;
};

}  // namespace modecollapse::sequence
