// The initial law of PHYSICS section 5 in coordinates in which it is a product, for every d >= 2 (docs/theory.md,
// section 2):
//
//   s = <mu1, mu2> / R^2 has the density proportional to (1 - s^2)^((d-3)/2);
//   m1 = r cos(theta - alpha/2),  m2 = r cos(theta + alpha/2),  alpha = arccos s: the projection of mu* on the plane
//   of mu1 and mu2;
//   theta is uniform,  r^2 = 1 - exp(-2 x / (d-2)) with x ~ Exp(1)  (r^2 ~ Beta(1, (d-2)/2); d = 2: r = 1),
//
// and s, r, theta are independent. For d -> infinity s(0) -> 0 and (m1, m2) becomes normal with covariance I / d.
// Dimensionless.
#pragma once

namespace modecollapse {

// The s than which a share v of the starts has a smaller one, 0 < v < 1, d >= 2.
double overlap_of(double dimension, double v);

// r of the exponential variate x > 0.
double alignment_radius(double dimension, double x);

// (m1, m2) at the overlap s, radius r and angle theta.
struct Alignments {
    double m1;
    double m2;
};
Alignments alignments(double s, double r, double theta);

// theta of a pair (m1, m2) other than (0, 0), at the overlap s strictly inside -1 to 1.
double angle_of(double s, const Alignments& m);

}  // namespace modecollapse
