// Basins of attraction: the outcome over a grid of starts (m1, m2) at fixed overlap s. The experiment of `basin`.
#pragma once

#include <vector>

#include "host/mixture/ensemble.hpp"

namespace modecollapse {

inline constexpr std::int8_t outside_basin = -1;  // no three vectors have these overlaps

struct Basin {
    std::vector<double> axis;          // m1, and m2, from -1 to 1
    std::vector<std::int8_t> outcome;  // (m1, m2), or outside_basin
    OutcomeCounts counts;
    std::int64_t outside;  // starts of the grid that there are none of
};

// points: along each axis, 2 or more. Throws std::domain_error, DeviceError, Interrupted.
Basin basin_of_starts(const Problem& problem, const MixtureSettings& settings, double s, int points,
                      const Backend& backend, const RunControl& control = {});

}  // namespace modecollapse
