// The fixed parameters of a run as scalar coordinates of its result, so that results concatenate over them.
//
// Every option that the command and the family take is there, also one without a value (NaN, "none"): two results of
// one command and family have the same coordinates. A default that is used is a value. Numbers are double, whole numbers
// int64, choices text; seeds are int64 where they fit, else text. A list that is one value, such as the weights of the
// modes, is text: "0.2,0.3,0.5". Other lists are axes; switches and what only says where to run and where the result goes
// are left to config_toml.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/io/dataset.hpp"
#include "host/options/configuration.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Attributes of the variable that holds an option: units, long_name, and symbol where there is one.
Attributes option_attributes(const OptionRow& option);

std::vector<Variable> fixed_parameters(const Configuration& options);

// Of a sweep, those that are no axes and the same along every axis, the others at their first value: an axis may decide
// the default of another option. Of an axis of numbers the ends and the middle are looked at. corner: the options of the
// cell at the first value of every axis.
std::vector<Variable> parameters_of_all_cells(const std::vector<AxisGroup>& groups, unsigned command,
                                              const std::string& command_name,
                                              const std::map<std::string, GivenValue>& corner);

// Adds those whose names are still free, and names all scalar ones as coordinates of the data (CF conventions).
void add_parameters(Dataset& dataset, const std::vector<Variable>& parameters);

}  // namespace modecollapse
