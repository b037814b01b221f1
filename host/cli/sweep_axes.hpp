// The axes of a sweep file: which options may be one, and how they are read and written.
#pragma once

#include <toml++/toml.h>

#include <map>
#include <string>
#include <vector>

#include "host/options/configuration.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Options of a command, of any family, that may be axes. What a command takes as a list of dimensions, a cell takes one of.
std::vector<std::string> axis_names(unsigned command);

// One axis of a command's cells, its values at `node`; fixed: the section [fixed], whose family may have an option of
// that name of its own. Of an option that takes a list the values may be lists. Throws UsageError with line and column.
Axis read_axis(const std::string& name, const toml::node& node, const toml::source_region& key, const std::string& path,
               unsigned command, const std::map<std::string, GivenValue>& fixed);

// Each axis that the list `zip` joins with others -> all axes of its group. path: of the file, for messages. Throws UsageError.
std::map<std::string, std::vector<std::string>> read_zip(const toml::node* node,
                                                         const std::map<std::string, Axis>& axes,
                                                         const std::string& path);

// Throws UsageError where two places of an axis, or of zipped axes together, are the same cell.
void require_distinct(const AxisGroup& group, const std::string& place);

// The value of an axis at the corner where options are checked together: of a schedule one that asks for more.
std::string corner_of(const Axis& axis);

// As TOML that reads back as the same axes.
std::string axes_toml(const std::vector<AxisGroup>& groups);

}  // namespace modecollapse
