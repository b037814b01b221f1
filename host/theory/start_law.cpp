#include "host/theory/start_law.hpp"

#include <cmath>

#include "host/starts/coordinate_quantile.hpp"
#include "host/starts/normal_quantile.hpp"

namespace modecollapse {

// s is a coordinate of a uniform unit vector.
double overlap_of(double dimension, double v) {
    const double size = CoordinateQuantile::reference(dimension, normal_upper_quantile(std::fmin(v, 1.0 - v)));
    return v < 0.5 ? -size : size;
}

double alignment_radius(double dimension, double x) {
    if (dimension <= 2.0) return 1.0;
    return std::sqrt(-std::expm1(-2.0 * x / (dimension - 2.0)));
}

Alignments alignments(double s, double r, double theta) {
    const double half = 0.5 * std::acos(s);
    return {r * std::cos(theta - half), r * std::cos(theta + half)};
}

double angle_of(double s, const Alignments& m) {
    const double half = 0.5 * std::acos(s);
    return std::atan2((m.m1 - m.m2) * std::cos(half), (m.m1 + m.m2) * std::sin(half));
}

}  // namespace modecollapse
