#include "kernels/sequence/exact_posterior.hpp"

#include <algorithm>

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::sequence {
namespace {

double log_of_mean(const std::vector<double>& logarithms, std::uint64_t count) {
    const double most = *std::max_element(logarithms.begin(), logarithms.begin() + static_cast<std::ptrdiff_t>(count));
    double sum = 0.0;
    for (std::uint64_t j = 0; j < count; ++j) sum += exp(logarithms[j] - most);
    return most + log(sum / static_cast<double>(count));
}

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
          log_weights_(2 * half_) {}

    // False: given up.
    bool draw(std::uint64_t row) {
        const double *mean = in_.mean + row * l_, *variance = in_.variance + row * l_;
        for (std::uint64_t j = 0; j < 2 * half_; ++j) {
            double prior = 0.0, encoder = 0.0;
            for (std::uint64_t i = 0; i < l_; ++i) {
                const double normal = normal_of(row * 2 * half_ + j, i);
                const double z = j < half_ ? fma(sqrt(variance[i]), normal, mean[i]) : normal, off = z - mean[i];
                z_[j * l_ + i] = z;
                prior -= 0.5 * (z * z + log_two_pi);
                encoder -= 0.5 * (off * off / variance[i] + log(variance[i]) + log_two_pi);
            }
            log_prior_[j] = prior;
            log_encoder_[j] = encoder;
        }
        return (*in_.weigh)(row, z_.data(), 2 * half_, log_likelihood_.data(), score_.data());
    }

    void add_to(ExactReading& reading) {
        for (std::uint64_t j = 0; j < half_; ++j)
            log_weights_[j] = log_likelihood_[j] + log_prior_[j] - log_encoder_[j];
        const double share = 1.0 / static_cast<double>(in_.count);
        reading.likelihood += share * log_of_mean(log_weights_, half_);
        for (std::uint64_t j = 0; j < 2 * half_; ++j) {
            const double larger = std::max(log_prior_[j], log_encoder_[j]);
            const double both = larger + log(0.5 * (exp(log_prior_[j] - larger) + exp(log_encoder_[j] - larger)));
            log_weights_[j] = log_likelihood_[j] / in_.beta + log_prior_[j] - both;
        }
        add_mean(0, reading.mean);
        add_mean(1, reading.other_mean);
        const double most = *std::max_element(log_weights_.begin(), log_weights_.end());
        double total = 0.0, squares = 0.0, likelihood = 0.0, fisher = 0.0;
        for (std::uint64_t j = 0; j < 2 * half_; ++j) {
            const double w = exp(log_weights_[j] - most);
            total += w;
            squares += w * w;
            likelihood += w * log_likelihood_[j];
            for (std::uint64_t i = 0; i < l_; ++i) fisher += w * score_[j * l_ + i] * score_[j * l_ + i];
        }
        const auto samples = static_cast<double>(2 * half_);
        reading.kl += share * (likelihood / (total * in_.beta) - most - log(total / samples));
        reading.fisher += share * fisher / (total * in_.beta * in_.beta);
        reading.effective += share * total * total / squares / samples;
    }

private:
    // Of every other sample.
    void add_mean(std::uint64_t first, std::vector<double>& means) const {
        double most = log_weights_[first], total = 0.0;
        for (std::uint64_t j = first; j < 2 * half_; j += 2) most = std::max(most, log_weights_[j]);
        std::vector<double> mean(l_);
        for (std::uint64_t j = first; j < 2 * half_; j += 2) {
            const double w = exp(log_weights_[j] - most);
            total += w;
            for (std::uint64_t i = 0; i < l_; ++i) mean[i] += w * z_[j * l_ + i];
        }
        for (const double sum : mean) means.push_back(sum / total);
    }

    double normal_of(std::uint64_t sample, std::uint64_t i) const {
        const std::uint64_t block = first_exact_block + sample * normal_blocks(in_.problem->latent) + i / 4;
        const Words w = words_(in_.seed, counter_of(Purpose::sequence_held_out_noise, block, in_.member));
        return normals_of_uniforms(uniform_32(w.value[0]), uniform_32(w.value[1]), uniform_32(w.value[2]),
                                   uniform_32(w.value[3]))
            .value[i % 4];
    }

    const ExactInput& in_;
    std::uint64_t l_, half_;
    std::vector<double> z_, score_, log_likelihood_, log_prior_, log_encoder_, log_weights_;
    Random123Words words_;
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
