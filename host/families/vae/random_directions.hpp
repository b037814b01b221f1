// Directions of a signal that are no coordinate axes.
#pragma once

#include <cstdint>
#include <vector>

namespace modecollapse {

// (count, dimension): orthonormal, along a subspace that is drawn uniformly from all of its dimension; the same ones at
// every call. count <= dimension.
std::vector<double> random_directions(std::uint32_t count, std::uint32_t dimension);

}  // namespace modecollapse
