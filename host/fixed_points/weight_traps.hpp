// Traps of the flow with trainable weights: boxes around the two covering states, one mean on each mode, that no
// trajectory leaves.
//
//   { s1 m1 >= a, s2 m2 >= a, floor <= w1 <= 1 - floor },  s1 = -s2
//
// Inside, the class at any later time is `matched` or `swapped`. Aligned states get no trap: with trainable weights
// they are at best metastable, and the state at the horizon is what it is.
#pragma once

#include "modecollapse/gradient_flow/field.hpp"
#include "modecollapse/gradient_flow/trapping.hpp"

namespace modecollapse {

// Is the box forward-invariant? The inward component of the field is sampled on all faces, over every admissible (m, u)
// and the range of the weight's coordinate; it must exceed half the largest difference between neighbouring samples
// everywhere, as for fixed weights.
bool weight_box_is_invariant(const GradientFlow& flow, double beta, const TrappingBox& box);

// The widest such boxes, if there are any. flow: with trainable weights.
TrappingSet build_weight_traps(const GradientFlow& flow, double beta, const OutcomeRule& rule);

}  // namespace modecollapse
