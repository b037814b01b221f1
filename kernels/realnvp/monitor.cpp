#include "kernels/realnvp/monitor.hpp"

#include <initializer_list>
#include <limits>
#include <vector>

#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/target/half_log_odds.hpp"
#include "modecollapse/target/mode_coverage.hpp"

namespace modecollapse {
namespace {

struct Mean {
    double mean, error;  // error: standard error
};

// value(i), i < count.
template <class Value>
Mean mean_of(std::uint64_t count, const Value& value) {
    const double n = static_cast<double>(count);
    double mean = 0.0, squares = 0.0;
    for (std::uint64_t i = 0; i < count; ++i) mean += value(i);
    mean /= n;
    for (std::uint64_t i = 0; i < count; ++i) squares += (value(i) - mean) * (value(i) - mean);
    return {mean, count > 1 ? sqrt(squares / (n * (n - 1.0))) : std::numeric_limits<double>::quiet_NaN()};
}

// (sum w)^2 / sum w^2 for w = p^beta / q.
double effective_samples(const double* log_q, const double* log_p, std::uint64_t count, double beta) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0.0, squares = 0.0;
    for (std::uint64_t i = 0; i < count; ++i) largest = max(beta * log_p[i] - log_q[i], largest);
    for (std::uint64_t i = 0; i < count; ++i) {
        const double weight = exp(beta * log_p[i] - log_q[i] - largest);
        sum += weight;
        squares += weight * weight;
    }
    return sum * sum / squares;
}

void look_at_shares(const double* share, const double* weight, int modes, RealnvpMonitor& monitor) {
    double entropy = 0.0;
    monitor.mode_weight_error = 0.0;
    for (int k = 0; k < modes; ++k) {
        entropy += mode_entropy_of(share[k]);
        monitor.mode_weight_error += mode_weight_error_of(weight[k], share[k]);
    }
    monitor.entropic_coverage = entropic_coverage_of(entropy, modes);
}

struct SharesIn {
    double* share;
    void operator()(int k, double value) const { share[k] = value; }
    double operator()(int k) const { return share[k]; }
};

bool is_covered(const RealnvpProblem& problem, double mass, double target_mass) {
    return !(mass < problem.mode_mass_floor * target_mass);
}

// Of two modes: along is <mu*, x>, and the share of the first mode (1 + tanh(along + h*)) / 2.
void look_at_sides(const RealnvpProblem& problem, const double* along, std::uint64_t count, RealnvpMonitor& monitor) {
    const double n = static_cast<double>(count), shift = half_log_odds(problem.target_weight);
    const Mean projection = mean_of(count, [&](std::uint64_t i) { return along[i] / problem.radius; });
    monitor.projected_mean = projection.mean;
    monitor.projected_variance = projection.error * projection.error * n;
    double plus = 0.0;
    for (std::uint64_t i = 0; i < count; ++i) plus += along[i] > 0.0 ? 1.0 : 0.0;
    monitor.mass_plus = plus / n;
    monitor.covered_modes = (is_covered(problem, monitor.mass_plus, problem.target_plus) ? 1.0 : 0.0) +
                            (is_covered(problem, 1.0 - monitor.mass_plus, 1.0 - problem.target_plus) ? 1.0 : 0.0);
    const double share = mean_of(count, [&](std::uint64_t i) { return 0.5 * (1.0 + tanh(along[i] + shift)); }).mean;
    const double shares[] = {share, 1.0 - share}, weights[] = {problem.target_weight, 1.0 - problem.target_weight};
    look_at_shares(shares, weights, 2, monitor);
}

// Of K* modes: along is (count, r).
void look_at_modes(const RealnvpProblem& problem, const double* along, std::uint64_t count, RealnvpMonitor& monitor) {
    const TargetModes& modes = problem.modes;
    const double n = static_cast<double>(count);
    const auto span = static_cast<std::uint64_t>(modes.span);
    monitor.projected_variance = 0.0;
    for (std::uint64_t a = 0; a < span; ++a) {
        const Mean one = mean_of(count, [&](std::uint64_t i) { return along[i * span + a]; });
        monitor.projected_variance += one.error * one.error * n;
    }
    const auto size = static_cast<std::size_t>(modes.count);
    std::vector<double> of_sample(size), share(size, 0.0), mass(size, 0.0), weight(size);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto at = [&](int a) { return along[i * span + static_cast<std::uint64_t>(a)]; };
        ++mass[static_cast<std::size_t>(nearest_mode(modes, at))];
        log_sum_of_modes<double>(modes, at, SharesIn{of_sample.data()});
        for (std::size_t k = 0; k < size; ++k) share[k] += of_sample[k];
    }
    monitor.covered_modes = 0.0;
    for (std::size_t k = 0; k < size; ++k) {
        share[k] /= n;
        weight[k] = exp(modes.log_weight[k]);
        if (is_covered(problem, mass[k] / n, modes.cell_mass[k])) ++monitor.covered_modes;
    }
    look_at_shares(share.data(), weight.data(), modes.count, monitor);
}

}  // namespace

RealnvpMonitor RealnvpMonitor::nothing() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan};
}

RealnvpMonitor monitor_of_samples(const RealnvpProblem& problem, const double* log_q, const double* log_p,
                                  const double* along, std::uint64_t count) {
    const double n = static_cast<double>(count);
    RealnvpMonitor monitor = RealnvpMonitor::nothing();
    const Mean kl = mean_of(count, [&](std::uint64_t i) { return log_q[i] - log_p[i]; });
    monitor.reverse_kl = kl.mean;
    monitor.reverse_kl_error = kl.error;
    monitor.effective_samples = effective_samples(log_q, log_p, count, 1.0) / n;
    if (problem.modes.count > 0)
        look_at_modes(problem, along, count, monitor);
    else
        look_at_sides(problem, along, count, monitor);
    if (!(kl.mean - kl.mean == 0.0)) monitor.mass_plus = std::numeric_limits<double>::quiet_NaN();
    return monitor;
}

double objective_of_samples(const double* log_q, const double* log_p, std::uint64_t count, double beta) {
    return mean_of(count, [&](std::uint64_t i) { return log_q[i] - beta * log_p[i]; }).mean;
}

RealnvpEnd end_of_samples(const RealnvpMonitor& monitor, const double* log_q, const double* log_p, std::uint64_t count,
                          double beta, double start_objective) {
    RealnvpEnd end = {};
    double unbounded = 0.0;  // 0, or NaN if one of them is not finite
    for (const double x : {monitor.reverse_kl, monitor.reverse_kl_error, monitor.effective_samples,
                           monitor.projected_variance, monitor.mode_weight_error})
        unbounded += x - x;
    end.finite = unbounded == 0.0;
    end.mass_plus = monitor.mass_plus;
    end.objective = objective_of_samples(log_q, log_p, count, beta);
    end.start_objective = start_objective;
    end.effective_samples = effective_samples(log_q, log_p, count, beta);
    end.samples = count;
    return end;
}

RealnvpOutcome outcome_of(const RealnvpProblem& problem, const RealnvpEnd& end, const RealnvpMonitor& monitor) {
    if (problem.modes.count == 0) return realnvp_outcome(end, problem.target_plus, problem.mode_mass_floor);
    if (has_failed(end)) return RealnvpOutcome::failed;
    return monitor.covered_modes < problem.modes.count ? RealnvpOutcome::lost : RealnvpOutcome::covered;
}

void add_forward_kl(const double* log_q, const double* log_p, std::uint64_t count, RealnvpMonitor& monitor) {
    const Mean kl = mean_of(count, [&](std::uint64_t i) { return log_p[i] - log_q[i]; });
    monitor.forward_kl = kl.mean;
    monitor.forward_kl_error = kl.error;
}

}  // namespace modecollapse
