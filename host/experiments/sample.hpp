// Points of a trained flow with its density and the target's: the experiment of `sample`.
#pragma once

#include <vector>

#include "host/realnvp/training.hpp"

namespace modecollapse {

struct RealnvpPoints {
    std::vector<double> x;             // (count, d)
    std::vector<double> log_q, log_p;  // (count): of the flow, of the target
};

// Draws skip .. skip + count - 1 of the member. Not complete once the member's stop request is due.
RealnvpPoints drawn_points(const RealnvpMember& member, const char* isa, std::uint64_t skip, std::uint64_t count);

// x: (count, d), as they are.
RealnvpPoints points_looked_at(const RealnvpMember& member, const char* isa, const std::vector<double>& x);

}  // namespace modecollapse
