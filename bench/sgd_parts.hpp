// Drawing normals and doing nothing with them: what sampled dynamics cannot go below on this machine.
#pragma once

#include <cstdint>

namespace modecollapse::bench {

// Draws `blocks` blocks of four normals for each of normal_lanes() trajectories, with the generator of the engine;
// returns their sum.
double draw_normals(std::uint64_t seed, std::uint64_t first_block, std::uint64_t blocks);

// Lanes of the registers used.
int normal_lanes();

}  // namespace modecollapse::bench
