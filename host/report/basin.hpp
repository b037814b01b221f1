// The result of `basin`.
#pragma once

#include "host/experiments/basin.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

Result basin_result(const Basin& basin, double s);

// A coarse picture for the terminal: m1 to the right, m2 upward.
std::string basin_picture(const Basin& basin);
Table basin_table(const Result& result);

}  // namespace modecollapse
