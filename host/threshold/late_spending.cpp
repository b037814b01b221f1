#include "host/threshold/late_spending.hpp"

#include <algorithm>

namespace modecollapse {
namespace {

constexpr double error = 0.05;
constexpr std::uint64_t fewest = 64, first_part = 32;

}  // namespace

LookSchedule threshold_looks(std::uint64_t most) {
    return {std::min(most, std::max(fewest, (most + first_part - 1) / first_part)), most};
}

Interval late_spent_interval(const TrialCounts& counts, std::uint64_t look, std::uint64_t looks) {
    if (looks == 1) return clopper_pearson(counts);
    if (look == looks) return clopper_pearson(counts, 1.0 - (1.0 - early_share) * error);
    return spent_interval(counts, looks - 1, 1.0 - early_share * error);
}

}  // namespace modecollapse
