// Builds the table of a target's expectations (modecollapse/components/target_table.hpp).
#pragma once

#include <vector>

#include "modecollapse/components/problem.hpp"

namespace modecollapse::components {

// A table in memory of its own; without functions where a table is of no use: the modes' differences span no line or
// plane, or it would be too large.
struct OwnedTable {
    TargetTable table = {};
    std::vector<double> values = {};
    double error = 0.0;  // measured in the middle of every cell
};

// problem: all but the table set. error: allowed in every function.
OwnedTable target_table(const Payload& problem, double error);

}  // namespace modecollapse::components
