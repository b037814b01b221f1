// The closed flow of PHYSICS section 3 in (m1, m2, u), as the peers that integrate one trajectory at a time see it: by
// quadrature, typed from that page and not taken from the engine's source; or with the engine's own field and fast
// expectations.
//
// In an unnamed namespace: every peer compiles its own copy with its own flags.
#pragma once

#include <cmath>

#include "bench/peers/gauss_hermite.hpp"
#include "bench/reference_case.hpp"

namespace modecollapse::bench {
namespace {

using Attraction = double (*)(const GaussHermite&, double, double, double);
using Overlap = double (*)(const GaussHermite&, double, double, double, double);

// y, rate: (3), anything with operator[].
template <Attraction attraction, Overlap overlap>
struct QuadratureFlow {
    GaussHermite rule;
    double radius, half_log_odds, weight1, weight2, log_odds_of_the_second;

    explicit QuadratureFlow(const Problem& problem)
        : rule(build_gauss_hermite()),
          radius(problem.radius),
          half_log_odds(0.5 * std::log(problem.target_weight / (1.0 - problem.target_weight))),
          weight1(problem.weight),
          weight2(1.0 - problem.weight),
          log_odds_of_the_second(std::log(weight2 / weight1)) {}

    template <class In, class Out>
    void operator()(const In& y, Out& rate) const {
        const double m1 = y[0], m2 = y[1], u = y[2], s = 1.0 - u;
        const double c = overlap(rule, radius, weight1, log_odds_of_the_second, u);
        const double pull1 = weight1 * attraction(rule, radius, half_log_odds, m1);
        const double pull2 = weight2 * attraction(rule, radius, half_log_odds, m2);
        rate[0] = -c * (m2 - s * m1) + pull1 * (1.0 - m1 * m1);
        rate[1] = -c * (m1 - s * m2) + pull2 * (1.0 - m2 * m2);
        rate[2] = 2.0 * c * u * (2.0 - u) - pull1 * (m2 - s * m1) - pull2 * (m1 - s * m2);
    }
};

using StrictQuadratureFlow = QuadratureFlow<strict_math::attraction, strict_math::overlap>;
using FastMathQuadratureFlow = QuadratureFlow<fast_math::attraction, fast_math::overlap>;

struct FastFlow {
    const GradientFlowPayload& problem;

    template <class In, class Out>
    void operator()(const In& y, Out& rate) const {
        const OrderParameters<double> state = {y[0], y[1], y[2], 0.0};
        const OrderParameters<double> value = problem.flow(state, problem.beta);
        rate[0] = value.m1;
        rate[1] = value.m2;
        rate[2] = value.u;
    }
};

}  // namespace
}  // namespace modecollapse::bench
