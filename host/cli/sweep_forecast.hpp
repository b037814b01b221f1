// What phase-diagram --dry-run says of a sweep before it runs: cells, trajectories, memory, time.
#pragma once

#include <string>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// One of `count` parts of a sweep: the cells with id % count == index.
struct SweepPart {
    std::uint64_t index = 0, count = 1;
};

// Bytes that a run takes: state and result of every cell, and what its threads work in for the most demanding one.
double memory_of_sweep(const SweepPlan& plan, const Backend& backend);

std::string forecast_text(const SweepPlan& plan, const SweepPart& part, const Backend& backend);

}  // namespace modecollapse
