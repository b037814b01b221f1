#include "host/statistics/binomial.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

void require_valid(std::int64_t k, std::int64_t n, double confidence) {
    if (n < 1 || k < 0 || k > n)
        throw std::domain_error("binomial interval: " + std::to_string(k) + " successes in " + std::to_string(n) +
                                " trials");
    if (!(confidence > 0.0 && confidence < 1.0))
        throw std::domain_error("binomial interval: confidence = " + short_text(confidence));
}

}  // namespace

Interval clopper_pearson(std::int64_t k, std::int64_t n, double confidence) {
    require_valid(k, n, confidence);
    const double tail = 0.5 * (1.0 - confidence);
    const auto successes = static_cast<double>(k), trials = static_cast<double>(n);
    Interval result = {0.0, 1.0};
    if (k > 0)
        result.low = boost::math::quantile(boost::math::beta_distribution<>(successes, trials - successes + 1.0), tail);
    if (k < n)
        result.high = boost::math::quantile(
            boost::math::complement(boost::math::beta_distribution<>(successes + 1.0, trials - successes), tail));
    return result;
}

Interval wilson(std::int64_t k, std::int64_t n, double confidence) {
    require_valid(k, n, confidence);
    const double z =
        boost::math::quantile(boost::math::complement(boost::math::normal_distribution<>(), 0.5 * (1.0 - confidence)));
    const double trials = static_cast<double>(n), p = static_cast<double>(k) / trials;
    const double centre = (p + z * z / (2.0 * trials)) / (1.0 + z * z / trials);
    const double half =
        z / (1.0 + z * z / trials) * std::sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials));
    return {k == 0 ? 0.0 : std::max(0.0, centre - half), k == n ? 1.0 : std::min(1.0, centre + half)};
}

}  // namespace modecollapse
