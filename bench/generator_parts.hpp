// Chi-square variates by the engine's generator, for this machine's widest registers.
#pragma once

#include <cstdint>

namespace modecollapse::bench {

// Sum of `count` (a multiple of 8) chi-square variates of `degrees` degrees of freedom, of the trajectories from id
// `first` on.
double draw_chi_squares(std::uint64_t seed, double degrees, std::uint64_t first, std::uint64_t count);

}  // namespace modecollapse::bench
