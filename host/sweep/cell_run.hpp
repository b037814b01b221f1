// Runs a piece of a cell, whatever its family.
#pragma once

#include <vector>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Counts of pieces of a cell, whose boundaries are given (pieces + 1): trajectories or trainings. If the thread's watch
// gives the run up, those of the first pieces that were finished; else all. Throws DeviceError, and what a setup throws.
std::vector<CellCounts> run_pieces(const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                                   const Backend& backend);

// Bytes that each thread works in, for a cell.
double memory_of_a_thread(const Cell& cell);

// Time that a cell takes, by a sample of it: some thousand trajectories, or some steps of a few trainings.
double predicted_seconds(const Cell& cell, const Backend& backend);

}  // namespace modecollapse
