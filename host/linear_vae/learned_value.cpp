#include "host/linear_vae/learned_value.hpp"

#include <algorithm>
#include <cmath>

#include "host/linear_vae/crossing.hpp"

namespace modecollapse::linear_vae {

double learned_squared(const Payload& p, double v) {
    const double beta = p.kl_weight.end, lam = p.weight_decay;
    if (lam == 0.0) return std::max(v - beta, 0.0);
    // the cubic in P, convex for P > 0, and its slope
    const double third = lam * v * v, second = v * (beta * v + 2.0 * lam * lam);
    const double first = lam * (2.0 * v * beta + lam * lam) - v * v * (lam + v * beta), constant = beta * lam * lam;
    const auto cubic = [&](double whole) { return ((third * whole + second) * whole + first) * whole + constant; };
    if (first >= 0.0) return 0.0;
    const double lowest = -first / (second + std::sqrt(second * second - 3.0 * third * first));
    double low = std::max(lowest, beta), high = 2.0 * low;
    if (cubic(low) >= 0.0) return 0.0;
    while (cubic(high) < 0.0) low = high, high *= 2.0;
    return std::max(crossing(cubic, low, high) - beta, 0.0);
}

}  // namespace modecollapse::linear_vae
