// The initial law (PHYSICS section 5) as a map from three independent numbers to a start.
//
// mu* and the two means are three directions, two of them uniform: any two of their overlaps m1, m2, s are independent
// coordinates of a uniform unit vector in R^d, and the third follows from the part t of one vector across the plane of
// the others, a coordinate of a uniform unit vector in R^(d - 1):
//
//   from the cube:     m1 = x_d(v2),  m2 = x_d(v3),  s  = m1 m2 + sqrt(1 - m1^2) sqrt(1 - m2^2) x_{d-1}(v1)
//   from normals:      s  = x_d(z1),  m1 = x_d(z2),  m2 = m1 s  + sqrt(1 - m1^2) sqrt(1 - s^2)  x_{d-1}(z3)
//
// with x_n the quantile of coordinate_quantile.hpp. The law is that of mixture/initial_law.hpp; the numbers are not
// those of a trajectory id. The second form has the overlap as a coordinate of its own, because rare collapse begins
// with means close to each other.
#pragma once

#include "host/starts/coordinate_quantile.hpp"
#include "host/starts/sobol_sequence.hpp"
#include "modecollapse/mixture/order_parameters.hpp"

namespace modecollapse {

// Deviates of words on the cube: P(Z > 9.2) < 2^-65.
inline constexpr double largest_deviate_of_words = 9.2;

class StartMap {
public:
    // dimension >= 2; z up to largest_z. start_weight: coordinate of the weight at every start
    // (GradientFlowPayload::start_weight). Builds two tables, some ten milliseconds.
    explicit StartMap(double dimension, double start_weight = 0.0, double largest_z = largest_deviate_of_words)
        : in_space_(dimension, largest_z), across_(dimension - 1.0, largest_z), start_weight_(start_weight) {}

    // words / 2^64: a point of the unit cube.
    OrderParameters<double> from_cube(const SobolWords& words) const;
    // z: three independent standard normals.
    OrderParameters<double> from_normals(const std::array<double, 3>& z) const;

private:
    CoordinateQuantile in_space_;  // n = d
    CoordinateQuantile across_;    // n = d - 1
    double start_weight_;
};

}  // namespace modecollapse
