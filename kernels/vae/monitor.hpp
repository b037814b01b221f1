// What held-out data say about the training of a VAE: of its encoder, and of the exact posterior of its decoder.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "kernels/vae/lanes.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse::vae {

inline constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

// Means over the data, in nats a datum; NaN: not asked for, or after a failure. `exact`: by exact_posterior.hpp, on the first
// of the held-out data, and only where the KL weight is above 0.
struct Monitor {
    double kl = no_value;              // KL(q(y,z|x) || prior)
    double reconstruction = no_value;  // E_q log p(x|z), by one latent sample a datum and class
    double elbo = no_value;            // reconstruction - kl: the bound at KL weight 1
    double active = no_value;          // active directions
    double variance = no_value;        // the largest eigenvalue that decides which are
    double class_kl = no_value;        // clusters: KL(q(y|x) || p(y)), the part of y
    double active_within = no_value;   // active directions within the classes
    double information = no_value;     // I(x; y) of q
    double accuracy = no_value;        // of argmax_y q(y|x), where data have labels
    double likelihood = no_value;      // log p(x), importance-weighted
    double exact_kl = no_value, exact_fisher = no_value, fisher_bound = no_value;
    double exact_active = no_value, exact_information = no_value, exact_accuracy = no_value;
    double exact_effective = no_value;  // sampled: effective share of the samples; quadrature: share of data resolved
};

bool is_finite(const Monitor& monitor);  // what every training has
Outcome outcome_of(const Problem& problem, const Monitor& monitor);
Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor);

// The held-out data of one member through its encoder, and labels of the first of them.
class HeldOut {
public:
    HeldOut(const Problem& problem, std::uint64_t seed);

    Evaluation evaluation();
    double* data() { return x_.empty() ? nullptr : x_.data(); }
    void set_member(std::uint64_t member);

    // `parameters`: of the member, as of `step`; `decode` as in exact_posterior.hpp. False: given up.
    bool read(const double* parameters, std::uint64_t step,
              const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
              Monitor& monitor) const;

private:
    bool read_exact(const double* parameters, double beta, std::uint64_t step,
                    const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
                    Monitor& monitor) const;

    const Problem& problem_;
    std::uint64_t seed_, member_ = 0, exact_;
    std::vector<double> mean_, variance_, share_, kl_, class_kl_, misfit_, x_;
    std::vector<std::int64_t> labels_;
};

}  // namespace modecollapse::vae
