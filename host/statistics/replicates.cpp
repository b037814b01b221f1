#include "host/statistics/replicates.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

#include "modecollapse/numbers/require.hpp"

namespace modecollapse {

ReplicateMean replicate_mean(const std::vector<double>& replicates, double confidence) {
    if (replicates.size() < 2 || !(confidence > 0.0 && confidence < 1.0))
        throw std::domain_error("replicates: " + std::to_string(replicates.size()) + " at confidence " +
                                short_text(confidence));
    const auto n = static_cast<double>(replicates.size());
    double mean = 0.0, squares = 0.0;
    for (const double x : replicates) mean += x / n;
    for (const double x : replicates) squares += (x - mean) * (x - mean);
    const double error = std::sqrt(squares / (n - 1.0) / n);
    const double t = boost::math::quantile(
        boost::math::complement(boost::math::students_t_distribution<>(n - 1.0), 0.5 * (1.0 - confidence)));
    return {mean, error, {mean - t * error, mean + t * error}};
}

}  // namespace modecollapse
