// The share of a closed curve of starts that ends in each outcome, by search for the angles at which the outcome
// changes: the curve is scanned at given angles, and every gap between neighbours of different outcomes is cut into
// parts until it is narrow. Angles in radians.
#pragma once

#include <functional>
#include <vector>

#include "modecollapse/mixture/outcome.hpp"

namespace modecollapse {

struct Arc {
    double begin, end;  // radians, begin in [0, 2 pi), end above it; a whole turn if the outcome never changes
    Outcome outcome;
    double middle() const { return 0.5 * (begin + end); }
};

struct AngularMeasure {
    double share[outcome_count];  // sums to 1
    double unresolved;            // share of the gaps that were left; half of each was given to either neighbour
    std::vector<Arc> arcs;        // by their beginnings
    std::int64_t trajectories;
};

// Outcomes of the starts at the given angles.
using OutcomesAt = std::function<std::vector<Outcome>(const std::vector<double>& angles)>;

// Width below which a gap around the angle is left as it is.
using GapWidth = std::function<double(double angle)>;

// scan: at least 2 angles, any order. An outcome that no scanned angle meets, and that is not next to a
// found change, is missed.
AngularMeasure measure_angles(const OutcomesAt& outcomes_at, const std::vector<double>& scan,
                              const GapWidth& gap_width);

// Angles to scan: evenly spaced ones, and others that approach the angle `slow` and its opposite geometrically down to
// `ratio`. Starts along `slow` are stretched least on the way to escape, by `ratio` relative to the rest, so outcomes
// that depend on the direction of escape change within about `ratio` of it.
std::vector<double> scan_angles(double slow, double ratio);

}  // namespace modecollapse
