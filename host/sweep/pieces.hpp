// A cell's trajectories are run in pieces, journalled one by one: [boundary(k), boundary(k + 1)) for k = 0, 1, ... How
// large they are follows from the configuration alone, by counted work: some seconds of a core, but one member at least.
// So a stop loses little, and who computes a cell, on how many threads, never changes what stands in its journal.
#pragma once

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

inline constexpr double piece_work = 0x1p37;                // multiplications of a piece
inline constexpr std::uint64_t largest_piece = 1ull << 22;  // members; where each is recorded in between:
inline constexpr std::uint64_t largest_recorded_piece = 1ull << 18;

// Members of a piece: whole blocks of sums (families/tally.hpp), or less than one.
std::uint64_t piece_size(const Ensemble& ensemble);

// First member of piece number `piece`. Adaptive cells are looked at when their first so many members, then twice as many
// and so on are done: pieces end there as well.
std::uint64_t piece_boundary(const SweepPlan& plan, const Cell& cell, std::uint64_t piece);

// Have all members up to one of those looks been done?
bool is_look(const SweepPlan& plan, const Cell& cell, std::uint64_t members);

// Boundaries of the pieces from number `piece` on that one call takes on a backend, so that it has work for all of its
// threads: one piece or more, none beyond the next look. (pieces + 1)
std::vector<std::uint64_t> pieces_at_once(const SweepPlan& plan, const Cell& cell, std::uint64_t piece,
                                          const Backend& backend);

}  // namespace modecollapse
