// Runs pieces of a cell.
#pragma once

#include <vector>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Tallies, laid out by the plan's schema, of pieces of a cell whose boundaries are given (pieces + 1). If the thread's
// watch gives the run up, those of the first pieces that were finished; else all. Throws DeviceError, and what an ensemble
// throws.
std::vector<Tally> run_pieces(const SweepPlan& plan, const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                              const Backend& backend);

}  // namespace modecollapse
