// The axes of a sweep file: which options may be one, and how they are written.
#pragma once

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Options of a command, of any family, that may be axes. What a command takes as a list of dimensions, a cell takes one of.
std::vector<std::string> axis_names(unsigned command);

// The value of an axis at the corner where options are checked together: of a schedule one that asks for more.
std::string corner_of(const Axis& axis);

// As TOML that reads back as the same axes.
std::string axes_toml(const std::vector<AxisGroup>& groups);

}  // namespace modecollapse
