// Where trajectories of the gradient flow end once a trap holds them: the attractor of their class.
//
// A trap says the class of a trajectory long before it has arrived. What is measured at its end is measured where it goes.
#pragma once

#include <array>
#include <optional>

#include "host/mixture/setup.hpp"

namespace modecollapse {

struct TrappedEnd {
    double m1, m2, weight1;
};

// By outcome; none where a class has no trap, or where attractors of one class differ by more than 1e-6.
using TrappedEnds = std::array<std::optional<TrappedEnd>, outcome_count>;

// Followed from two states of each box until Newton's iteration knows the fixed point, or, with trainable weights, from the
// antipodal state for 10^4 time units; of ellipsoids their centres. A millisecond.
TrappedEnds trapped_ends(const GradientFlowPayload& payload);

}  // namespace modecollapse
