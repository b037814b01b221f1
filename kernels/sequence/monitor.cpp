#include "kernels/sequence/monitor.hpp"

#include <algorithm>
#include <limits>

#include "kernels/sequence/exact_posterior.hpp"
#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse::sequence {
vae::Outcome outcome_of(const Problem& problem, const Monitor& monitor) {
    if (has_failed(monitor)) return vae::Outcome::failed;
    return vae::outcome_of(latent_problem(problem), monitor.active, 0.0);
}

vae::Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor) {
    if (!vae::is_number(monitor.exact_kl)) return vae::Outcome::failed;
    return vae::outcome_of(latent_problem(problem), monitor.exact_active, 0.0);
}

HeldOut::HeldOut(const Problem& problem, const TokenTable& table, std::uint64_t seed, const StopRequest* stop)
    : problem_(problem),
      table_(table),
      seed_(seed),
      stop_(stop),
      exact_(std::min(problem.exact_data, table.sentences)),
      mean_(table.sentences * problem.latent),
      variance_(mean_.size()),
      sample_(mean_.size()),
      kl_(table.sentences),
      misfit_(table.sentences) {}

bool HeldOut::read_information(Monitor& monitor) const {
    const std::uint64_t n = table_.sentences, l = problem_.latent;
    std::vector<double> precision(variance_.size()), log_scale(n), logarithms(n);
    for (std::uint64_t j = 0; j < n; ++j)
        for (std::uint64_t k = 0; k < l; ++k) {
            precision[j * l + k] = 1.0 / variance_[j * l + k];
            log_scale[j] -= 0.5 * log(variance_[j * l + k]);
        }
    double sum = 0.0, squares = 0.0;
    StopCheck given_up(stop_);
    for (std::uint64_t i = 0; i < n; ++i) {
        if (given_up(n)) return false;
        double most = -std::numeric_limits<double>::infinity(), total = 0.0;
        for (std::uint64_t j = 0; j < n; ++j) {
            double square = 0.0;
            for (std::uint64_t k = 0; k < l; ++k) {
                const double off = sample_[i * l + k] - mean_[j * l + k];
                square += off * off * precision[j * l + k];
            }
            logarithms[j] = log_scale[j] - 0.5 * square;
            most = std::max(most, logarithms[j]);
        }
        for (std::uint64_t j = 0; j < n; ++j) total += exp(logarithms[j] - most);
        const double told = logarithms[i] - most - log(total / static_cast<double>(n));
        sum += told;
        squares += told * told;
    }
    const auto count = static_cast<double>(n);
    const double mean = sum / count;
    monitor.information = std::max(mean, 0.0);
    monitor.information_error = sqrt(std::max(squares / count - mean * mean, 0.0) / (count - 1.0));
    return true;
}

vae::Objective HeldOut::objective(std::uint64_t step, std::uint64_t count) const {
    return vae::objective_of(vae::mean_of(misfit_, count), vae::mean_of(kl_, count), problem_.kl_weight, step);
}

bool HeldOut::read(std::uint64_t member, std::uint64_t step, const Weigh& weigh, Monitor& monitor) const {
    monitor = {};
    if (!vae::read_bound(vae::mean_of(kl_), misfit_, monitor)) {
        monitor = {};
        return true;
    }
    const std::uint64_t n = table_.sentences;
    const auto tokens = static_cast<double>(table_.offsets[n] - table_.offsets[0]);
    monitor.token_loss = -monitor.elbo * static_cast<double>(n) / tokens;
    const vae::PriorClusters prior = {nullptr, 1, problem_.latent};
    vae::read_directions(prior, mean_, n, problem_.activity_floor, monitor);
    if (!read_information(monitor)) return false;
    const double beta = kl_weight(step);
    if (exact_ == 0 || !(beta > 0.0)) return true;
    const ExactInput input = {&problem_, seed_, member, beta, exact_, mean_.data(), variance_.data(), &weigh};
    ExactReading exact;
    if (!read_exact_posterior(input, exact)) return false;
    vae::read_exact(exact, prior, exact_, problem_.activity_floor, monitor);
    return true;
}

}  // namespace modecollapse::sequence
