// The engine's tables and results as plain Python objects.
#pragma once

#include <pybind11/pybind11.h>

#include "host/cli/command_table.hpp"
#include "host/io/dataset.hpp"

namespace modecollapse {

// {"variables": {name: (dimensions, array, attributes)}, "attributes": {...}}. The arrays take over the memory of
// `dataset`.
pybind11::dict to_python(Dataset&& dataset);

// {"name", "help", "positional" (or None), "is_report", "options": [{"name", "kind", "default", "low", "high", "range",
// "group", "help"}]}.
pybind11::dict to_python(const CommandEntry& command);

}  // namespace modecollapse
