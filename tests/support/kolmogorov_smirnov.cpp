#include "tests/support/kolmogorov_smirnov.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace modecollapse::support {
namespace {

// Stephens (1970): (sqrt(n) + 0.12 + 0.11 / sqrt(n)) D follows the limit law closely for small n too.
KolmogorovSmirnov result_of(double statistic, double effective_size) {
    const double root = std::sqrt(effective_size);
    return {statistic, kolmogorov_survival((root + 0.12 + 0.11 / root) * statistic)};
}

void sort_nonempty(std::vector<double>& sample) {
    if (sample.empty()) throw std::invalid_argument("Kolmogorov-Smirnov test of an empty sample");
    std::sort(sample.begin(), sample.end());
}

}  // namespace

double kolmogorov_survival(double x) {
    if (x <= 0.0) return 1.0;
    if (x < 0.5) {  // Jacobi's other form of the theta function converges faster here
        constexpr double pi = 3.14159265358979323846;
        double sum = 0.0;
        for (int k = 1; k <= 5; ++k) sum += std::exp(-std::pow((2 * k - 1) * pi / x, 2) / 8.0);
        return 1.0 - std::sqrt(2.0 * pi) / x * sum;
    }
    double sum = 0.0;
    for (int k = 1; k <= 20; ++k) sum += (k % 2 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
    return std::clamp(sum, 0.0, 1.0);
}

KolmogorovSmirnov kolmogorov_smirnov(std::vector<double>& sample, const std::function<double(double)>& distribution) {
    sort_nonempty(sample);
    const auto n = static_cast<double>(sample.size());
    double statistic = 0.0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double f = distribution(sample[i]);
        statistic = std::max({statistic, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    }
    return result_of(statistic, n);
}

KolmogorovSmirnov kolmogorov_smirnov(std::vector<double>& first, std::vector<double>& second) {
    sort_nonempty(first);
    sort_nonempty(second);
    const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
    double statistic = 0.0;
    std::size_t i = 0, j = 0;
    while (i < first.size() && j < second.size()) {
        const double x = std::min(first[i], second[j]);
        while (i < first.size() && first[i] <= x) ++i;
        while (j < second.size() && second[j] <= x) ++j;
        statistic = std::max(statistic, std::fabs(static_cast<double>(i) / n - static_cast<double>(j) / m));
    }
    return result_of(statistic, n * m / (n + m));
}

}  // namespace modecollapse::support
