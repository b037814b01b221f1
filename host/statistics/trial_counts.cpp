#include "host/statistics/trial_counts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace modecollapse {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

void require_possible(const TrialCounts& counts) {
    if (counts.failed < 0 || counts.successes + counts.failed > counts.trials)
        throw std::domain_error("binomial interval: " + std::to_string(counts.successes) + " successes and " +
                                std::to_string(counts.failed) + " failures in " + std::to_string(counts.trials) +
                                " trials");
}

}  // namespace

double share_of(const TrialCounts& counts) {
    if (!is_known(counts)) return unknown;
    return static_cast<double>(counts.successes) / static_cast<double>(counts.trials - counts.failed);
}

double standard_error_of(const TrialCounts& counts) {
    const double p = share_of(counts);
    if (p == 0.0 || p == 1.0) return unknown;
    return std::sqrt(p * (1.0 - p) / static_cast<double>(counts.trials - counts.failed));
}

Interval clopper_pearson(const TrialCounts& counts, double confidence) {
    require_possible(counts);
    return {clopper_pearson(counts.successes, counts.trials, confidence).low,
            clopper_pearson(counts.successes + counts.failed, counts.trials, confidence).high};
}

Interval wilson(const TrialCounts& counts, double confidence) {
    require_possible(counts);
    return {wilson(counts.successes, counts.trials, confidence).low,
            wilson(counts.successes + counts.failed, counts.trials, confidence).high};
}

double share_of(double successes, double failed_share) {
    return is_known(failed_share) ? std::clamp(successes / (1.0 - failed_share), 0.0, 1.0) : unknown;
}

}  // namespace modecollapse
