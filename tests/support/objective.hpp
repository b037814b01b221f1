// The objective F = E_q[log q] - beta E_q[log p] of PHYSICS section 1, up to a constant that does not depend on the
// means.
//
// With g_i = E_{N(mu_i, I)}[log q - beta log p], |mu_i| = R and k = R^2 u:
//
//   F = w1 g1 + w2 g2,    g1 = L(w1, w2, k) - beta V(m1),    g2 = L(w2, w1, k) - beta V(m2)
//   L(a, b, k) = E log( a + b exp(-k + sqrt(2 k) Z) )
//   V(m) = E log( w* e^{R^2 m + R Z} + (1 - w*) e^{-R^2 m - R Z} )
//
// Written apart from the field: the field must be its negative gradient.
#pragma once

#include <cmath>

#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/mixture/order_parameters.hpp"
#include "modecollapse/mixture/problem.hpp"

namespace modecollapse::support {

class Objective {
public:
    explicit Objective(const Problem& problem) : problem_(problem) {}

    // With the problem's weight, and with another one.
    double operator()(const OrderParameters<double>& y) const { return (*this)(y, problem_.weight); }
    double operator()(const OrderParameters<double>& y, double w1) const {
        const double k = problem_.radius * problem_.radius * std::fmax(y.u, 0.0);
        const double w2 = 1.0 - w1;
        return w1 * (overlap_term(w1, w2, k) - problem_.beta * target_term(y.m1)) +
               w2 * (overlap_term(w2, w1, k) - problem_.beta * target_term(y.m2));
    }

private:
    static double log_of_sum(double log_a, double log_b) {
        return std::fmax(log_a, log_b) + std::log1p(std::exp(-std::fabs(log_a - log_b)));
    }
    static double overlap_term(double a, double b, double k) {
        return gaussian_expectation(
            [=](double z) { return log_of_sum(std::log(a), std::log(b) - k + std::sqrt(2.0 * k) * z); });
    }
    double target_term(double m) const {
        const double radius = problem_.radius, w = problem_.target_weight;
        return gaussian_expectation([=](double z) {
            const double field = radius * radius * m + radius * z;
            return log_of_sum(std::log(w) + field, std::log1p(-w) - field);
        });
    }

    Problem problem_;
};

}  // namespace modecollapse::support
