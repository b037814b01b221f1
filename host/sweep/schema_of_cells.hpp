// What all cells of a sweep are counted by, without a look at each of them.
#pragma once

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// A schema knows choices, texts, flags and whole numbers, but no other numbers and no seeds: along axes of those one cell
// stands for all. Throws std::domain_error, with the cell, where two cells read outcomes in different ways.
Schema schema_of_cells(const SweepPlan& plan);

}  // namespace modecollapse
