// The signature of a circle of starts: a word that changes where the share of an outcome has a kink, for
// piecewise_quadrature.hpp. A kink stands where an outcome's arc appears, vanishes, or joins another. Averages over
// circles have weaker kinks, and slices of more than one circle no signature.
#pragma once

#include <string>

#include "host/theory/angular_measure.hpp"
#include "host/theory/quadrature_sample.hpp"

namespace modecollapse {

// What is averaged over the starts: the share of each outcome, their sum over the collapsed ones, then the share of the
// angles that were left open, the matching time, and the error of the average over r.
enum Averaged : std::size_t { collapse = outcome_count, unresolved, matching_time, radial_error, averaged_count };
inline constexpr std::size_t judged_count = collapse + 1;

// All starts of one overlap and one r.
struct Circle : QuadratureSample<averaged_count> {
    std::vector<Arc> arcs;
};

// The outcomes around a circle in their order, from the smallest rotation on. Arcs narrower than `narrowest` (radians)
// are left out: as an arc of width w vanishes at a distance of order w^2, this moves a kink by as much, and its integral
// by w^3; whether a narrower one is seen depends on where the circle was scanned.
std::string signature_of(const std::vector<Arc>& arcs, double narrowest);

}  // namespace modecollapse
