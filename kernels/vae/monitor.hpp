// What held-out data say about the training of a VAE: of its encoder, and of the exact posterior of its decoder.
#pragma once

#include <functional>
#include <vector>

#include "kernels/vae/encoder_monitor.hpp"
#include "kernels/vae/lanes.hpp"

namespace modecollapse::vae {

struct Monitor : EncoderMonitor {
    double class_kl = no_value;       // clusters: KL(q(y|x) || p(y)), the part of y
    double active_within = no_value;  // active directions within the classes
    double accuracy = no_value;       // of argmax_y q(y|x), where data have labels
    double fisher_bound = no_value, exact_information = no_value, exact_accuracy = no_value;
};

Outcome outcome_of(const Problem& problem, const Monitor& monitor);
Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor);

// The held-out data of one member through its encoder, and labels of the first of them.
class HeldOut {
public:
    HeldOut(const Problem& problem, std::uint64_t seed);

    std::uint64_t count() const { return problem_.held_out; }
    Evaluation evaluation();
    double* data() { return x_.empty() ? nullptr : x_.data(); }
    void set_member(std::uint64_t member);

    // What is evaluated for the objective alone, and the objective of `count` data that were, of the steps up to one.
    Evaluation terms() { return {nullptr, nullptr, nullptr, kl_.data(), class_kl_.data(), misfit_.data()}; }
    Objective objective(std::uint64_t step, std::uint64_t count) const;

    // `parameters`: of the member, as of `step`; `decode` as in exact_posterior.hpp. False: given up.
    bool read(const double* parameters, std::uint64_t step,
              const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
              Monitor& monitor) const;

private:
    double kl_weight(std::uint64_t step) const { return problem_.kl_weight.at(static_cast<double>(step)); }
    bool read_exact(const double* parameters, double beta, std::uint64_t step,
                    const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
                    Monitor& monitor) const;

    const Problem& problem_;
    std::uint64_t seed_, member_ = 0, exact_;
    std::vector<double> mean_, variance_, share_, kl_, class_kl_, misfit_, x_;
    std::vector<std::int64_t> labels_;
};

}  // namespace modecollapse::vae
