#include "host/statistics/sequential.hpp"

#include <algorithm>

namespace modecollapse {

std::uint64_t LookSchedule::looks() const {
    std::uint64_t k = 1;
    while (trials_at(k) < most) ++k;
    return k;
}

std::uint64_t LookSchedule::trials_at(std::uint64_t look) const {
    if (look == 0) return 0;
    std::uint64_t trials = first;
    for (std::uint64_t k = 1; k < look && trials < most; ++k) trials = trials > most / 2 ? most : 2 * trials;
    return trials;
}

std::uint64_t LookSchedule::looks_made(std::uint64_t trials) const {
    std::uint64_t k = 0;
    for (const std::uint64_t all = looks(); k < all && trials_at(k + 1) <= trials;) ++k;
    return k;
}

Interval spent_interval(const TrialCounts& counts, std::uint64_t looks, double confidence) {
    return clopper_pearson(counts, 1.0 - (1.0 - confidence) / static_cast<double>(looks));
}

bool StoppingRule::contains_level(const Interval& interval) const {
    return std::any_of(levels.begin(), levels.end(),
                       [&](double level) { return interval.low <= level && level <= interval.high; });
}

bool StoppingRule::stops_at(const Interval& interval) const {
    return interval.high - interval.low <= (contains_level(interval) ? near_width : width);
}

}  // namespace modecollapse
