// From the options of a sweep file to the cell that its axes change.
#pragma once

#include <string>

#include "host/options/configuration.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// The value of an axis at the corner where options are checked together: of annealing one that asks for more.
std::string corner_of(const Axis& axis);

// base: [fixed] and the defaults; first_cell: with the value of every axis at that corner as well.
Cell base_cell(const Configuration& first_cell, const Configuration& base);

}  // namespace modecollapse
