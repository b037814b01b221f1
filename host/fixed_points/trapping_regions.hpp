// Builds the trapping set of a problem: boxes and ellipsoids that no trajectory leaves and whose outcome is certain
// (include/modecollapse/gradient_flow/trapping.hpp).
#pragma once

#include <vector>

#include "host/fixed_points/fixed_point.hpp"
#include "modecollapse/gradient_flow/trapping.hpp"

namespace modecollapse {

// Is { s1 m1 >= a1, s2 m2 >= a2 } forward-invariant? The inward component of the field is sampled on both faces over
// every admissible (m, u); it must exceed half the largest difference between neighbouring samples everywhere, so that
// it is positive between them too.
bool box_is_invariant(const GradientFlow& flow, double beta, double sign1, double sign2, double corner1,
                      double corner2);

// The ellipsoid of a stable fixed point: the largest (up to a safety factor, and at most 0.35 in each eigendirection)
// in which the squared distance in the eigenbasis was seen to fall at half the slowest linear rate or faster: in
// sampled directions, along the edge of the admissible set, and along the slow manifold, on which a saddle would lie.
// level = 0 if there is none.
TrappingEllipsoid ellipsoid_around(const GradientFlow& flow, double beta, const FixedPoint& point,
                                   const OutcomeRule& rule, double weight1);

// All traps. Attractors are found by following probe trajectories that no trap holds yet; one that is missed costs time
// (its trajectories run to the time cap and are `undecided`), never a wrong class.
TrappingSet build_trapping_set(const GradientFlow& flow, double beta, const OutcomeRule& rule);

// The stable fixed points met by probe trajectories, boxes set aside (for the limit reading at small radii, where a
// state between the modes is an attractor).
std::vector<FixedPoint> stable_fixed_points(const GradientFlow& flow, double beta);

}  // namespace modecollapse
