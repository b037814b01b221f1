// P(collapsed; N, beta, T) of the flow against its closed form, at the four points of its derivation and four more.
#include <gtest/gtest.h>

#include "host/linear_vae/theory.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using support::VaePayload;

struct Point {
    double dimension, rho, eta, beta, scale, horizon;
    double measured;  // by an independent program, standard error .006; 0: none
};

VaePayload problem_of(const Point& point) {
    VaePayload problem;
    problem.dimension = point.dimension;
    problem.signal_variance = point.rho;
    problem.noise_variance = point.eta;
    problem.kl_weight.end = point.beta;
    problem.start_scale = point.scale;
    problem.horizon = point.horizon;
    return problem;
}

constexpr Point points[] = {{300, 1, 1, 1.7, .1, 30, .3703},     {1000, 1, 1, 1.5, .02, 25, .4397},
                            {200, 1.5, .5, 1.6, .05, 22, .5297}, {400, 2, .5, 1.9, .05, 16, .7060},
                            {1e6, 1, 1, 1.6, .05, 50, 0},        {1000, 1, 1, 1.8, .02, 70, 0},
                            {1e9, 1, .5, 1.0, .02, 45, 0},       {5000, 3, .2, 2.0, .02, 15, 0}};
constexpr std::uint64_t members = 6400;

double collapsed_share(const VaePayload& problem) {
    const linear_vae::Tally tally = support::run_vaes(problem, 17, 0, members, {2, best_cpu_isa()}).tally;
    return static_cast<double>(tally.outcome[0]) / static_cast<double>(members);
}

TEST(LinearVaeProbability, OfCollapseIsTheClosedForm) {
    for (const Point& point : points) {
        const VaePayload problem = problem_of(point);
        const double theory = linear_vae::collapse_probability(problem), share = collapsed_share(problem);
        const double error = std::sqrt(theory * (1.0 - theory) / static_cast<double>(members));
        EXPECT_NEAR(share, theory, 3.0 * error) << point.dimension << " " << point.beta;
        EXPECT_GT(theory, 0.05);
        EXPECT_LT(theory, 0.95);
        if (point.measured > 0.0) {
            EXPECT_NEAR(share, point.measured, 3.0 * std::hypot(error, .006)) << point.dimension;
        }
        // twin: another KL weight
        VaePayload other = problem;
        other.kl_weight.end *= 0.97;
        EXPECT_GT(std::abs(share - linear_vae::collapse_probability(other)), 3.0 * error) << point.dimension;
    }
}

TEST(LinearVaeProbability, HalfTheMembersAreActiveAtTheMedianTime) {
    VaePayload problem = problem_of(points[0]);
    problem.horizon = linear_vae::median_time_to_activity(problem);
    EXPECT_NEAR(collapsed_share(problem), 0.5, 3.0 * 0.5 / std::sqrt(static_cast<double>(members)));
    problem.horizon *= 1.1;
    EXPECT_LT(collapsed_share(problem), 0.5 - 3.0 * 0.5 / std::sqrt(static_cast<double>(members)));
}

}  // namespace
}  // namespace modecollapse
