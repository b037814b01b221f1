// The result of `threshold`: critical radii (dimension, level), and every radius evaluated, for any family.
#pragma once

#include "host/experiments/threshold.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

// trajectories: at each radius.
Result threshold_result(const CriticalRadii& found, const ThresholdSearch& search, const OutcomeClasses& classes,
                        std::uint64_t trajectories);

// The curves on the grid of the first pass, (dimension, radius), which the file has besides.
void add_first_pass(Result& result, const CriticalRadii& found, const std::vector<double>& radii);

// A line a dimension and level. decimals: of the radii.
Table threshold_table(const Result& result, int decimals);

}  // namespace modecollapse
