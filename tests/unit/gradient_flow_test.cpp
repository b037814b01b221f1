// Proves: the closed field of PHYSICS section 3 is the projected gradient of the objective, sampled in R^10; and at d =
// 2 it is the flow of two angles, written down apart.
#include "modecollapse/gradient_flow/field.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "modecollapse/gradient_flow/trajectory.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/sgd_objective.hpp"

namespace modecollapse {
namespace {

struct Case {
    Problem problem;
    State state;
};

// Interior, nearly aligned, nearly orthogonal and opposed means; weights apart from the target's; with and without
// tempering.
std::vector<Case> cases() {
    std::vector<Case> result;
    for (const double beta : {1.0, 0.5})
        for (const Problem& problem :
             {support::problem_of(1.3, 0.7, 0.35, beta), support::problem_of(1.8, 0.6, 0.5, beta)})
            for (const State& state : {State{0.5, -0.3, 0.8, 0.0},
                                       {0.1, 0.05, 1.1, 0.0},
                                       {-0.6, 0.4, 0.9, 0.0},
                                       {0.8, 0.7, 0.15, 0.0},
                                       {-0.5, -0.7, 0.3, 0.0}})
                result.push_back({problem, state});
    return result;
}

struct Agreement {
    double largest_z = 0.0;
    double chi_square = 0.0;
    int comparisons = 0;
};

// Field against sampled rates, all cases; `distort` may spoil the field's rate.
template <class Distort>
Agreement agreement(const std::vector<support::SgdRates>& sampled, const Distort& distort) {
    Agreement result;
    const std::vector<Case> all = cases();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const GradientFlow flow = support::flow_of(all[i].problem);
        const State rate = distort(flow, all[i].state, all[i].problem.beta);
        for (const double z :
             {sampled[i].m1.z_against(rate.m1), sampled[i].m2.z_against(rate.m2), sampled[i].u.z_against(rate.u)}) {
            result.largest_z = std::max(result.largest_z, std::fabs(z));
            result.chi_square += z * z;
            ++result.comparisons;
        }
    }
    return result;
}

TEST(GradientFlow, IsTheProjectedGradientOfTheSampledObjective) {
    constexpr int samples = 20000;
    constexpr double alpha = 1e-4;
    std::vector<support::SgdRates> sampled;
    for (const Case& c : cases())
        sampled.push_back(support::sgd_rates(c.problem, c.state, samples, 100 + sampled.size()));

    const Agreement right =
        agreement(sampled, [](const GradientFlow& flow, const State& y, double beta) { return flow(y, beta); });
    RecordProperty("largest_z", support::digits(right.largest_z));
    RecordProperty("chi_square", support::digits(right.chi_square) + " of " + std::to_string(right.comparisons));
    // Each z is standard normal up to O(1/sqrt(samples)). The three rates of a case share draws, so their chi-square is
    // wider than that of 60 independent ones, at most that of 20 tripled: 3 chi-square_20.
    EXPECT_LT(right.largest_z, support::largest_z(alpha, right.comparisons));
    EXPECT_LT(right.chi_square, 3.0 * support::largest_chi_square(alpha, right.comparisons / 3.0));

    // Twins: repulsion, pull or a single term wrong by 2 %. Both statistics must see the first two.
    const Agreement repulsion = agreement(sampled, [](GradientFlow flow, const State& y, double beta) {
        for (double& a : flow.expectations.overlap_of_distance.even) a *= 1.02;
        for (double& a : flow.expectations.overlap_of_distance.odd) a *= 1.02;
        return flow(y, beta);
    });
    EXPECT_GT(repulsion.largest_z, support::largest_z(alpha, right.comparisons));
    EXPECT_GT(repulsion.chi_square, 3.0 * support::largest_chi_square(alpha, right.comparisons / 3.0));
    const Agreement pull =
        agreement(sampled, [](const GradientFlow& flow, const State& y, double beta) { return flow(y, 1.02 * beta); });
    EXPECT_GT(pull.largest_z, support::largest_z(alpha, right.comparisons));
    EXPECT_GT(pull.chi_square, 3.0 * support::largest_chi_square(alpha, right.comparisons / 3.0));
    const Agreement term = agreement(sampled, [](const GradientFlow& flow, const State& y, double beta) {
        State rate = flow(y, beta);
        rate.u *= 1.02;
        return rate;
    });
    EXPECT_GT(term.largest_z, support::largest_z(alpha, right.comparisons));
    const Agreement weights = agreement(sampled, [](GradientFlow flow, const State& y, double beta) {
        std::swap(flow.weight1, flow.weight2);
        return flow(y, beta);
    });
    EXPECT_GT(weights.largest_z, support::largest_z(alpha, right.comparisons));
}

// At d = 2, mu_i = R (cos a_i, sin a_i) and the flow is  a1' = c sin(a1 - a2) - beta w1 T(m1) sin a1,  a2' = -c sin(a1
// - a2) - beta w2 T(m2) sin a2: no square roots, nothing singular where a mean passes +-mu*, so it is followed by fixed
// steps of the classical Runge-Kutta method.
class PlanarFlow {
public:
    PlanarFlow(const GradientFlow& flow, double beta) : flow_(flow), beta_(beta) {}

    struct Angles {
        double first, second;
        State state() const { return {std::cos(first), std::cos(second), 1.0 - std::cos(first - second), 0.0}; }
    };

    Angles rate(const Angles& a) const {
        const State y = a.state();
        const double repulsion = flow_.expectations.overlap(y.u) * std::sin(a.first - a.second);
        return {repulsion - beta_ * flow_.weight1 * flow_.expectations.attraction(y.m1) * std::sin(a.first),
                -repulsion - beta_ * flow_.weight2 * flow_.expectations.attraction(y.m2) * std::sin(a.second)};
    }

    Angles evolve(Angles a, double time, int steps) const {
        const double h = time / steps;
        const auto moved = [](const Angles& from, const Angles& rate, double by) {
            return Angles{from.first + by * rate.first, from.second + by * rate.second};
        };
        for (int i = 0; i < steps; ++i) {
            const Angles k1 = rate(a), k2 = rate(moved(a, k1, 0.5 * h)), k3 = rate(moved(a, k2, 0.5 * h)),
                         k4 = rate(moved(a, k3, h));
            a = moved(moved(moved(moved(a, k1, h / 6.0), k2, h / 3.0), k3, h / 3.0), k4, h / 6.0);
        }
        return a;
    }

private:
    const GradientFlow& flow_;
    double beta_;
};

// Largest distance of the order parameters after `time` from random planar starts, `field` against the angles.
double largest_planar_distance(const Problem& problem, const GradientFlow& field, double time, double tolerance) {
    const GradientFlow flow = support::flow_of(problem);
    const PlanarFlow planar(flow, problem.beta);
    const GradientFlowPayload run = support::untrapped(field, problem.beta, time, tolerance);
    const TrajectoryStepper<double> stepper(run);
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> angle(0.0, 6.283185307179586);
    double largest = 0.0;
    for (int i = 0; i < 200; ++i) {
        const PlanarFlow::Angles start = {angle(random), angle(random)};
        Trajectory<double> trajectory = stepper.start(start.state());
        while (stepper.advance(trajectory).end == TrappingSet::none) {
        }
        const State expected = planar.evolve(start, time, static_cast<int>(200 * time)).state();
        largest = std::max({largest, std::fabs(trajectory.state.m1 - expected.m1),
                            std::fabs(trajectory.state.m2 - expected.m2), std::fabs(trajectory.state.u - expected.u)});
    }
    return largest;
}

TEST(GradientFlow, IsTheFlowOfTwoAnglesInThePlane) {
    for (const Problem& problem :
         {support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), support::problem_of(0.7, 0.8, 0.3, 0.6)}) {
        GradientFlow flow = support::flow_of(problem);
        // Where a mean passes +-mu*, an error e in m is an error sqrt(2 e) of its angle, so 1e-10 a step leaves 1e-4 at
        // worst.
        const double distance = largest_planar_distance(problem, flow, 3.0, 1e-10);
        RecordProperty("distance_at_R_" + std::to_string(static_cast<int>(10 * problem.radius)),
                       support::digits(distance));
        EXPECT_LT(distance, 1e-4);
        // twin: one weight off by 1 %
        flow.weight1 *= 1.01;
        EXPECT_GT(largest_planar_distance(problem, flow, 3.0, 1e-10), 1e-4);
    }
}

// m = +-1, u = 0 or 2: the poles are fixed, and m = 0 is invariant for the symmetric target with equal weights.
TEST(GradientFlow, InvariantSets) {
    const GradientFlow flow = support::flow_of(support::problem_of(1.5, 0.7, 0.4));
    for (const State& pole :
         {State{1.0, -1.0, 2.0, 0.0}, {-1.0, 1.0, 2.0, 0.0}, {1.0, 1.0, 0.0, 0.0}, {-1.0, -1.0, 0.0, 0.0}}) {
        const State rate = flow(pole, 1.0);
        EXPECT_EQ(rate.m1, 0.0);
        EXPECT_EQ(rate.m2, 0.0);
        EXPECT_EQ(rate.u, 0.0);
    }
    const GradientFlow symmetric = support::flow_of(support::problem_of(1.5, 0.5, 0.5));
    for (const double u : {0.3, 1.0, 1.7}) {
        EXPECT_EQ(symmetric(State{0.0, 0.0, u, 0.0}, 1.0).m1, 0.0);
        EXPECT_EQ(symmetric(State{0.0, 0.0, u, 0.0}, 1.0).m2, 0.0);
    }
    EXPECT_NE(flow(State{0.0, 0.0, 1.0, 0.0}, 1.0).m1, 0.0);  // twin: an asymmetric target
}

}  // namespace
}  // namespace modecollapse
