// The section [adaptive] of a sweep file: how many trajectories a cell takes until its interval is narrow enough.
#pragma once

#include <toml++/toml.h>
#include <string>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// path: of the file, for messages. Throws UsageError with line and column.
AdaptiveRule read_adaptive(const toml::table& section, const std::string& path);

// The same rule as TOML that reads back equal.
std::string adaptive_toml(const AdaptiveRule& rule);

}  // namespace modecollapse
