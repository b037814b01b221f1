#include "kernels/realnvp/monitor.hpp"

#include <initializer_list>
#include <limits>

#include "modecollapse/numbers/elementary.hpp"

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

}  // namespace

RealnvpMonitor monitor_of_samples(const double* log_q, const double* log_p, const double* along, std::uint64_t count,
                                  double radius) {
    const double n = static_cast<double>(count);
    RealnvpMonitor monitor = {};
    const Mean kl = mean_of(count, [&](std::uint64_t i) { return log_q[i] - log_p[i]; });
    monitor.reverse_kl = kl.mean;
    monitor.reverse_kl_error = kl.error;
    monitor.forward_kl = monitor.forward_kl_error = std::numeric_limits<double>::quiet_NaN();
    const Mean projection = mean_of(count, [&](std::uint64_t i) { return along[i] / radius; });
    monitor.projected_mean = projection.mean;
    monitor.projected_variance = projection.error * projection.error * n;
    double plus = 0.0;
    for (std::uint64_t i = 0; i < count; ++i) plus += along[i] > 0.0 ? 1.0 : 0.0;
    monitor.effective_samples = effective_samples(log_q, log_p, count, 1.0) / n;
    monitor.mass_plus = kl.mean - kl.mean == 0.0 ? plus / n : std::numeric_limits<double>::quiet_NaN();
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
                           monitor.projected_mean, monitor.projected_variance, monitor.mass_plus})
        unbounded += x - x;
    end.finite = unbounded == 0.0;
    end.mass_plus = monitor.mass_plus;
    end.objective = objective_of_samples(log_q, log_p, count, beta);
    end.start_objective = start_objective;
    end.effective_samples = effective_samples(log_q, log_p, count, beta);
    end.samples = count;
    return end;
}

void add_forward_kl(const double* log_q, const double* log_p, std::uint64_t count, RealnvpMonitor& monitor) {
    const Mean kl = mean_of(count, [&](std::uint64_t i) { return log_p[i] - log_q[i]; });
    monitor.forward_kl = kl.mean;
    monitor.forward_kl_error = kl.error;
}

}  // namespace modecollapse
