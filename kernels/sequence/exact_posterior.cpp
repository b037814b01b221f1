#include "kernels/sequence/exact_posterior.hpp"

#include "kernels/training/word_normals.hpp"
#include "kernels/vae/posterior_sums.hpp"

namespace modecollapse::sequence {
namespace {

// Latents of one sentence, k of q(z|x) and then k of the prior, and what is known of them.
class Samples {
public:
    explicit Samples(const ExactInput& in)
        : in_(in),
          l_(in.problem->latent),
          half_(in.problem->exact_samples),
          z_(2 * half_ * l_),
          score_(z_.size()),
          log_likelihood_(2 * half_),
          log_prior_(2 * half_),
          log_encoder_(2 * half_),
          log_weights_(2 * half_),
          zeros_(l_),
          ones_(l_, 1.0) {}

    // False: given up.
    bool draw(std::uint64_t row) {
        const double *mean = in_.mean + row * l_, *variance = in_.variance + row * l_;
        for (std::uint64_t j = 0; j < 2 * half_; ++j) {
            double* z = z_.data() + j * l_;
            for (std::uint64_t i = 0; i < l_; ++i) {
                const double normal = normal_of(row * 2 * half_ + j, i);
                z[i] = j < half_ ? fma(sqrt(variance[i]), normal, mean[i]) : normal;
            }
            const int l = static_cast<int>(l_);
            log_prior_[j] = vae::log_normal(z, zeros_.data(), ones_.data(), l);
            log_encoder_[j] = vae::log_normal(z, mean, variance, l);
        }
        return (*in_.weigh)(row, z_.data(), 2 * half_, log_likelihood_.data(), score_.data());
    }

    void add_to(ExactReading& reading) {
        for (std::uint64_t j = 0; j < half_; ++j)
            log_weights_[j] = log_likelihood_[j] + log_prior_[j] - log_encoder_[j];
        const double share = 1.0 / static_cast<double>(in_.count);
        const double log_half = log(static_cast<double>(half_));
        reading.likelihood += share * (vae::log_of_sum(log_weights_.data(), static_cast<int>(half_)) - log_half);
        for (std::uint64_t j = 0; j < 2 * half_; ++j) {
            const double both[2] = {log_prior_[j], log_encoder_[j]};
            log_weights_[j] = log_likelihood_[j] / in_.beta + log_prior_[j] - vae::log_of_sum(both, 2) - log_half;
        }
        add_mean(0, reading.mean);
        add_mean(1, reading.other_mean);
        double likelihood = 0.0, fisher = 0.0;
        const vae::WeightSums weights = vae::weigh_points(log_weights_, 0, 1, [&](std::uint64_t j, double w) {
            likelihood += w * log_likelihood_[j];
            for (std::uint64_t i = 0; i < l_; ++i) fisher += w * score_[j * l_ + i] * score_[j * l_ + i];
        });
        reading.kl += share * (likelihood / (weights.total * in_.beta) - weights.log_total());
        reading.fisher += share * fisher / (weights.total * in_.beta * in_.beta);
        reading.effective += share * weights.effective();
    }

private:
    // Of every other sample.
    void add_mean(std::uint64_t first, std::vector<double>& means) const {
        std::vector<double> mean(l_);
        const vae::WeightSums weights = vae::weigh_points(log_weights_, first, 2, [&](std::uint64_t j, double w) {
            for (std::uint64_t i = 0; i < l_; ++i) mean[i] += w * z_[j * l_ + i];
        });
        for (const double sum : mean) means.push_back(sum / weights.total);
    }

    double normal_of(std::uint64_t sample, std::uint64_t i) const {
        return word_normal(in_.seed, in_.member, Purpose::sequence_held_out_noise,
                           first_exact_block + sample * normal_blocks(in_.problem->latent), i);
    }

    const ExactInput& in_;
    std::uint64_t l_, half_;
    std::vector<double> z_, score_, log_likelihood_, log_prior_, log_encoder_, log_weights_, zeros_, ones_;
};

}  // namespace

bool read_exact_posterior(const ExactInput& input, ExactReading& reading) {
    reading = {};
    Samples samples(input);
    for (std::uint64_t row = 0; row < input.count; ++row) {
        if (!samples.draw(row)) return false;
        samples.add_to(reading);
    }
    return true;
}

}  // namespace modecollapse::sequence
