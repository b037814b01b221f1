#include "kernels/vae/monitor.hpp"

#include <algorithm>

#include "kernels/vae/exact_posterior.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::vae {
Outcome outcome_of(const Problem& problem, const Monitor& monitor) {
    if (has_failed(monitor)) return Outcome::failed;
    return outcome_of(problem, monitor.active, monitor.information);
}

Outcome exact_outcome_of(const Problem& problem, const Monitor& monitor) {
    if (!is_number(monitor.exact_kl)) return Outcome::failed;
    return outcome_of(problem, monitor.exact_active, monitor.exact_information);
}

HeldOut::HeldOut(const Problem& problem, std::uint64_t seed)
    : problem_(problem),
      seed_(seed),
      exact_(std::min(problem.exact_data, problem.held_out)),
      mean_(problem.held_out * classes_of(problem) * problem.latent),
      variance_(exact_ > 0 ? mean_.size() : 0),
      share_(problem.held_out * classes_of(problem)),
      kl_(problem.held_out),
      class_kl_(problem.held_out),
      misfit_(problem.held_out),
      x_(exact_ > 0 ? problem.held_out * problem.dimension : 0),
      labels_(problem.clusters > 0 && label_count(problem.data) > 0 ? problem.held_out : 0) {}

Evaluation HeldOut::evaluation() {
    return {mean_.data(),  variance_.empty() ? nullptr : variance_.data(), share_.data(), kl_.data(), class_kl_.data(),
            misfit_.data()};
}

void HeldOut::set_member(std::uint64_t member) {
    member_ = member;
    for (std::uint64_t i = 0; i < labels_.size(); ++i)
        labels_[i] =
            problem_.data.law == DataLaw::table
                ? problem_.data.held_out_labels[i]
                : static_cast<std::int64_t>(class_of_block(Random123Words(), seed_, Purpose::vae_held_out_choice, i,
                                                           member, label_count(problem_.data)));
}

Objective HeldOut::objective(std::uint64_t step, std::uint64_t count) const {
    return objective_of(mean_of(misfit_, count), mean_of(kl_, count) + mean_of(class_kl_, count), problem_.kl_weight,
                        step);
}

bool HeldOut::read(const double* parameters, std::uint64_t step,
                   const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
                   Monitor& monitor) const {
    const std::uint32_t c = classes_of(problem_), l = problem_.latent;
    const std::uint64_t n = problem_.held_out;
    const double* clusters = problem_.clusters > 0 ? parameters + layout_of(problem_).prior : nullptr;
    const PriorClusters prior = {clusters, c, l};
    monitor = {};
    const double class_kl = mean_of(class_kl_);
    if (!read_bound(mean_of(kl_) + class_kl, misfit_, monitor)) {
        monitor = {};
        return true;
    }
    read_directions(prior, mean_over_classes(mean_.data(), share_.data(), n, c, l), n, problem_.activity_floor,
                    monitor);
    if (problem_.clusters > 0) {
        monitor.class_kl = class_kl;
        monitor.active_within =
            directions_within(prior, mean_.data(), share_.data(), n, problem_.activity_floor).active;
        monitor.information = information_of(share_.data(), n, c);
        if (!labels_.empty())
            monitor.accuracy = accuracy_of(share_.data(), labels_.data(), n, c, label_count(problem_.data));
    }
    const double beta = kl_weight(step);
    return exact_ == 0 || !(beta > 0.0) || read_exact(parameters, beta, step, decode, monitor);
}

bool HeldOut::read_exact(const double* parameters, double beta, std::uint64_t step,
                         const std::function<bool(const double*, std::uint64_t, double*, double*)>& decode,
                         Monitor& monitor) const {
    const std::uint32_t c = classes_of(problem_);
    const double* clusters = problem_.clusters > 0 ? parameters + layout_of(problem_).prior : nullptr;
    const ExactInput input = {&problem_,
                              seed_,
                              member_,
                              beta,
                              parameters[layout_of(problem_).log_variance],
                              decoder_constant(problem_, static_cast<double>(step)),
                              clusters,
                              exact_,
                              x_.data(),
                              mean_.data(),
                              variance_.data(),
                              decode};
    ExactReading exact;
    if (!read_exact_posterior(input, exact)) return false;
    vae::read_exact(exact, {clusters, c, problem_.latent}, exact_, problem_.activity_floor, monitor);
    monitor.fisher_bound = exact.fisher_bound;
    if (problem_.clusters > 0) {
        monitor.exact_information = information_of(exact.share.data(), exact_, c);
        if (!labels_.empty())
            monitor.exact_accuracy =
                accuracy_of(exact.share.data(), labels_.data(), exact_, c, label_count(problem_.data));
    }
    return true;
}

}  // namespace modecollapse::vae
