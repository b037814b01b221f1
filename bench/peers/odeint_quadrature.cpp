// Peer (a): the script a user would write, in C++. Boost.odeint, and quadrature for every expectation of every field evaluation.
#include <cmath>

#include "bench/peers/gauss_hermite.hpp"
#include "bench/peers/odeint_trajectories.hpp"

namespace modecollapse::bench {
namespace {

using Attraction = double (*)(const GaussHermite&, double, double, double);
using Overlap = double (*)(const GaussHermite&, double, double, double, double);

// The closed flow of PHYSICS section 3 in (m1, m2, u), written from that page and not from the engine's source.
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

    void operator()(const PeerState& y, PeerState& rate, double) const {
        const double m1 = y[0], m2 = y[1], u = y[2], s = 1.0 - u;
        const double c = overlap(rule, radius, weight1, log_odds_of_the_second, u);
        const double pull1 = weight1 * attraction(rule, radius, half_log_odds, m1);
        const double pull2 = weight2 * attraction(rule, radius, half_log_odds, m2);
        rate[0] = -c * (m2 - s * m1) + pull1 * (1.0 - m1 * m1);
        rate[1] = -c * (m1 - s * m2) + pull2 * (1.0 - m2 * m2);
        rate[2] = 2.0 * c * u * (2.0 - u) - pull1 * (m2 - s * m1) - pull2 * (m1 - s * m2);
    }
};

template <class Flow>
PeerResult run_with(const PeerTask& task) {
    const Flow flow(problem_of(task.which));
    return OdeintTrajectories<Flow>(flow, task).run();
}

}  // namespace

PeerResult run_odeint_quadrature(const PeerTask& task) {
    return run_with<QuadratureFlow<strict_math::attraction, strict_math::overlap>>(task);
}

PeerResult run_odeint_quadrature_fast_math(const PeerTask& task) {
    return run_with<QuadratureFlow<fast_math::attraction, fast_math::overlap>>(task);
}

}  // namespace modecollapse::bench
