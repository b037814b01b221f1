// What K components are measured by, at their end and on their way: names and words of COMPONENTS.
#pragma once

#include "host/families/mode_measures.hpp"

namespace modecollapse::components_measures {

inline constexpr Quantity mean_log_variance = {"mean_log_variance", "1",
                                               "mean of the logarithms of the components' variances, by their weights"};
inline constexpr Quantity covered_modes = {"covered_modes", "1", "modes on which a component sits"},
                          strays = {"strays", "1", "components that count and sit on no mode"},
                          entropic_coverage = entropic_mode_coverage_measure, weight_error = mode_weight_error_measure;

}  // namespace modecollapse::components_measures
