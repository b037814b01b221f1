// Gaussian expectations by adaptive Gauss-Kronrod quadrature (Boost.Math): the reference that the fast forms are fitted
// to and tested against.
#pragma once

#include <functional>

namespace modecollapse {

// E f(Z), Z ~ N(0, 1), over |Z| <= 12 (the rest weighs 4e-33), to about 1e-14 for the bounded smooth integrands of this
// project.
double gaussian_expectation(const std::function<double(double)>& f);

// T(m), c(u), V(m) and the gap L(w1, w2, k) - L(w2, w1, k) of mixture/expectation.hpp.
double reference_attraction(double radius, double half_log_odds, double m);
double reference_overlap(double radius, double weight, double u);
double reference_log_target(double radius, double target_weight, double m);
double reference_gap(double radius, double lambda, double u);

}  // namespace modecollapse
