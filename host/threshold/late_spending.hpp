// How `threshold` shares the 5 % among the looks at a value: a twentieth of them for all looks but the last, equally, the rest for the
// last. Far from a level the first looks decide by many standard errors; the width of the interval of a critical value is
// that of the last.
//
// One look at n members serves every value of a curve, as all of them start from the same draws: where more members collapse
// at a larger value, an interval that is wrong about its side of the level at some value is wrong at the crossing too. So
// the looks are what the error is shared among, and not the values.
#pragma once

#include "host/statistics/sequential.hpp"

namespace modecollapse {

inline constexpr double early_share = 0.05;

// The schedule of a value with `most` members: five or six looks, of 64 members at least.
LookSchedule threshold_looks(std::uint64_t most);

// The interval at look number `look` (from 1); of one look Clopper-Pearson as it is.
Interval late_spent_interval(const TrialCounts& counts, std::uint64_t look, std::uint64_t looks);

}  // namespace modecollapse
