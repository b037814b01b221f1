// Options whose range, and so whose default, depends on the precision of the cells of a sweep.
#pragma once

#include "host/options/configuration.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Is the option's default another one in cells of single precision?
bool is_left_to_precision(const Configuration& base, const std::string& name);

// Throws UsageError if a value that was given, or one of an axis, does not go with single precision.
void refuse_for_single(const Configuration& base, const std::vector<AxisGroup>& groups, const std::string& path);

}  // namespace modecollapse
