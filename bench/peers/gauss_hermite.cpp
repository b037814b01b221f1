#include "bench/peers/gauss_hermite.hpp"

#include <cmath>

#ifndef MC_PEER_MATH
#define MC_PEER_MATH strict_math
#endif

namespace modecollapse::bench::MC_PEER_MATH {

// T(m) = E tanh( R^2 m + R Z + h* )
double attraction(const GaussHermite& rule, double radius, double half_log_odds, double m) {
    const double mean = radius * radius * m + half_log_odds;
    double sum = 0.0;
    for (int i = 0; i < GaussHermite::nodes; ++i) sum += rule.weight[i] * std::tanh(mean + radius * rule.node[i]);
    return sum;
}

// c(u) = w1 E sigma( log(w2/w1) - k + sqrt(2 k) Z ),  k = R^2 u, which rounding may leave a little below zero
double overlap(const GaussHermite& rule, double radius, double weight1, double log_odds_of_the_second, double u) {
    const double k = u > 0.0 ? radius * radius * u : 0.0;
    const double mean = log_odds_of_the_second - k, deviation = std::sqrt(2.0 * k);
    double sum = 0.0;
    for (int i = 0; i < GaussHermite::nodes; ++i)
        sum += rule.weight[i] / (1.0 + std::exp(-mean - deviation * rule.node[i]));
    return weight1 * sum;
}

}  // namespace modecollapse::bench::MC_PEER_MATH
