// Proves, of the boxes and ellipsoids that decide a trajectory's fate: nothing that starts in one ends in another
// class; the distance falls everywhere inside an ellipsoid; no saddle is inside any trap; every attractor is in one, so
// that no trajectory waits for the time cap; and the known fixed points of PHYSICS section 9 are found.
#include "host/fixed_points/trapping_regions.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr double two_thirds = 2.0 / 3.0;
constexpr OutcomeRule rule = {default_alignment_threshold, default_weight_floor};

// Ordinary problems; just above the folds; small radii, where the attractor lies between the modes; unequal weights,
// where an attractor's basin is narrow (an ellipsoid cut by sampling alone took in a saddle at several of these).
std::vector<Problem> problems() {
    std::vector<Problem> result;
    for (const auto& c : {std::array{1.12, two_thirds, two_thirds},
                          {1.5, two_thirds, two_thirds},
                          {4.0, two_thirds, two_thirds},
                          {1.049, 0.5, 0.5},
                          {0.3, two_thirds, 0.5},
                          {0.1, 0.5, 0.5},
                          {0.8, 0.9, 0.3},
                          {1.15, 0.01, 0.05},
                          {1.2, 0.9, 0.9},
                          {1.3, 0.01, 0.9},
                          {1.49, 0.01, 0.3},
                          {1.49, 0.9, 0.05},
                          {1.6, 0.01, 0.01},
                          {2.0, 0.55, 0.05},
                          {2.0, 0.9, 0.01}})
        result.push_back(support::problem_of(c[0], c[1], c[2]));
    return result;
}

std::string name_of(const Problem& p) {
    return "R = " + support::digits(p.radius) + ", w* = " + support::digits(p.target_weight) +
           ", w1 = " + support::digits(p.weight);
}

// Long against the slowest decision: escape rates are of order min(w) min(1, R^2).
double long_time(const Problem& p) {
    return 60.0 / (std::min(p.weight, 1.0 - p.weight) * std::min(1.0, p.radius * p.radius));
}

Eigen::Matrix3d rows_of(const TrappingEllipsoid& ellipsoid) {
    Eigen::Matrix3d rows;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) rows(i, j) = ellipsoid.rows[i][j];
    return rows;
}

// Admissible states of an ellipsoid; every second one is moved to the edge of the admissible set, where planar
// trajectories live. shell: smallest |z| relative to the surface.
std::vector<State> states_in(const TrappingEllipsoid& ellipsoid, int count, double shell, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> size(shell, 0.999);
    const Eigen::Matrix3d rows = rows_of(ellipsoid), basis = rows.inverse();
    const Eigen::Vector3d centre(ellipsoid.centre[0], ellipsoid.centre[1], ellipsoid.centre[2]);
    std::vector<State> states;
    for (int attempt = 0; attempt < 400 * count && static_cast<int>(states.size()) < count; ++attempt) {
        Eigen::Vector3d z(normal(random), normal(random), normal(random));
        z *= std::sqrt(ellipsoid.level) * size(random) / z.norm();
        Eigen::Vector3d y = centre + basis * z;
        if (std::fabs(y[0]) > 1.0 || std::fabs(y[1]) > 1.0) continue;
        const OverlapRange<double> range = admissible_overlap(y[0], y[1]);
        if (attempt % 2) y[2] = attempt % 4 == 1 ? range.u_min : range.u_max;
        if (y[2] < range.u_min || y[2] > range.u_max || (rows * (y - centre)).squaredNorm() > ellipsoid.level) continue;
        states.push_back({y[0], y[1], y[2], 0.0});
    }
    return states;
}

std::vector<State> states_in(const TrappingBox& box, int count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    std::vector<State> states;
    for (int i = 0; i < count; ++i) {
        // near the corner as often as anywhere
        const double spread1 = std::pow(unit(random), i % 2 ? 3.0 : 1.0),
                     spread2 = std::pow(unit(random), i % 2 ? 3.0 : 1.0);
        const double m1 = box.sign1 * (box.corner1 + (1.0 - box.corner1) * spread1),
                     m2 = box.sign2 * (box.corner2 + (1.0 - box.corner2) * spread2);
        const OverlapRange<double> range = admissible_overlap(m1, m2);
        states.push_back({m1, m2, range.u_min + (range.u_max - range.u_min) * (i % 3 ? unit(random) : i % 2), 0.0});
    }
    return states;
}

// How many of the states end in another class than `promised` when the flow is followed for long without traps.
int wrong_classes(const Problem& problem, const GradientFlow& flow, const std::vector<State>& states,
                  Outcome promised) {
    int wrong = 0;
    for (const State& y : states) wrong += rule(evolve(flow, 1.0, y, long_time(problem)), problem.weight) != promised;
    return wrong;
}

TEST(Trapping, NothingThatStartsInATrapEndsInAnotherClass) {
    for (const Problem& problem : problems()) {
        const GradientFlow flow = support::flow_of(problem);
        const TrappingSet traps = build_trapping_set(flow, 1.0, rule);
        for (int i = 0; i < traps.ellipsoid_count; ++i) {
            const std::vector<State> states = states_in(traps.ellipsoids[i], 40, 0.9, 12);
            EXPECT_GT(states.size(), 10u) << name_of(problem);
            EXPECT_EQ(wrong_classes(problem, flow, states, traps.ellipsoids[i].outcome), 0) << name_of(problem);
        }
        for (int i = 0; i < traps.box_count; ++i)
            EXPECT_EQ(wrong_classes(problem, flow, states_in(traps.boxes[i], 40, 13), traps.boxes[i].outcome), 0)
                << name_of(problem);
    }
}

// Twin: the ellipsoid of the antipodal state at R = 1.15, w* = 0.01, w1 = 0.05, large enough to take in the saddle
// beside it.
TEST(Trapping, AnEllipsoidThatTakesInASaddleIsFoundOut) {
    const Problem problem = support::problem_of(1.15, 0.01, 0.05);
    const GradientFlow flow = support::flow_of(problem);
    const auto point = find_fixed_point(flow, 1.0, {1.0, -1.0, 2.0, 0.0});
    ASSERT_TRUE(point && point->stable);
    TrappingEllipsoid ellipsoid = ellipsoid_around(flow, 1.0, *point, rule, problem.weight);
    EXPECT_GT(ellipsoid.level, 0.0);
    ellipsoid.level = 1.7;
    EXPECT_GT(wrong_classes(problem, flow, states_in(ellipsoid, 20, 0.9, 14), ellipsoid.outcome), 5);
}

// d |z|^2 / dt / |z|^2 at most, over the states.
double fastest_growth(const GradientFlow& flow, const TrappingEllipsoid& ellipsoid, const std::vector<State>& states) {
    const Eigen::Matrix3d rows = rows_of(ellipsoid);
    double fastest = -1e300;
    for (const State& y : states) {
        const State rate = flow(y, 1.0);
        const Eigen::Vector3d z =
            rows * Eigen::Vector3d(y.m1 - ellipsoid.centre[0], y.m2 - ellipsoid.centre[1], y.u - ellipsoid.centre[2]);
        fastest = std::max(fastest, 2.0 * z.dot(rows * Eigen::Vector3d(rate.m1, rate.m2, rate.u)) / z.squaredNorm());
    }
    return fastest;
}

// ... and with the margin that its radius was cut for. Out to the sphere that was sampled, the rate of the distance
// is at least half of the centre's slowest rate; the ellipsoid has 0.7 of that radius, where a rate that changes in
// proportion to the distance is at 0.65 of it. An ellipsoid as large as the sphere, or a sphere out to a rate of next
// to 0, fails.
TEST(Trapping, TheDistanceFallsEverywhereInsideAnEllipsoid) {
    constexpr double margin = 0.62;
    int ellipsoids = 0, without_margin = 0;
    for (const Problem& problem : problems()) {
        const GradientFlow flow = support::flow_of(problem);
        const TrappingSet traps = build_trapping_set(flow, 1.0, rule);
        ellipsoids += traps.ellipsoid_count;
        for (int i = 0; i < traps.ellipsoid_count; ++i) {
            TrappingEllipsoid ellipsoid = traps.ellipsoids[i];
            EXPECT_LT(fastest_growth(flow, ellipsoid, states_in(ellipsoid, 20000, 0.01, 15)), 0.0) << name_of(problem);
            const auto centre =
                find_fixed_point(flow, 1.0, {ellipsoid.centre[0], ellipsoid.centre[1], ellipsoid.centre[2], 0.0});
            ASSERT_TRUE(centre && centre->stable) << name_of(problem);
            const double asked = margin * 2.0 * centre->eigenvalues[0];  // of the square of the distance
            EXPECT_LT(fastest_growth(flow, ellipsoid, states_in(ellipsoid, 4000, 0.9, 16)), asked) << name_of(problem);
            ellipsoid.level /= 0.49;  // twin: all of the sampled sphere
            without_margin += fastest_growth(flow, ellipsoid, states_in(ellipsoid, 4000, 0.9, 16)) > asked;
        }
    }
    EXPECT_GT(ellipsoids, 10);
    EXPECT_GT(without_margin, ellipsoids / 2);
    // twin
    const GradientFlow flow = support::flow_of(support::problem_of(1.15, 0.01, 0.05));
    TrappingEllipsoid ellipsoid =
        ellipsoid_around(flow, 1.0, *find_fixed_point(flow, 1.0, {1.0, -1.0, 2.0, 0.0}), rule, 0.05);
    ellipsoid.level = 1.7;
    EXPECT_GT(fastest_growth(flow, ellipsoid, states_in(ellipsoid, 20000, 0.01, 15)), 0.0);
}

// Newton's iteration from a lattice of states finds the unstable fixed points too.
std::vector<FixedPoint> unstable_fixed_points(const GradientFlow& flow) {
    std::vector<FixedPoint> points;
    for (double m1 = -0.99; m1 < 1.0; m1 += 0.22)
        for (double m2 = -0.99; m2 < 1.0; m2 += 0.22)
            for (const double fraction : {0.1, 0.5, 0.9}) {
                const OverlapRange<double> range = admissible_overlap(m1, m2);
                const auto point =
                    find_fixed_point(flow, 1.0, {m1, m2, range.u_min + fraction * (range.u_max - range.u_min), 0.0});
                if (point && !point->stable && point->eigenvalues[0] > 1e-6) points.push_back(*point);
            }
    return points;
}

TEST(Trapping, NoSaddleIsInsideATrap) {
    int saddles = 0, inside_wrong = 0;
    for (const Problem& problem : problems()) {
        const GradientFlow flow = support::flow_of(problem);
        const TrappingSet traps = build_trapping_set(flow, 1.0, rule);
        TrappingSet wrong = {};  // twin: boxes from m = 0 on
        for (const double sign1 : {1.0, -1.0})
            for (const double sign2 : {1.0, -1.0})
                wrong.boxes[wrong.box_count++] = {sign1, sign2, 0.0, 0.0, Outcome::matched};
        for (const FixedPoint& saddle : unstable_fixed_points(flow)) {
            ++saddles;
            inside_wrong += wrong(saddle.state) != TrappingSet::none;
            // the doubly aligned pole m = s = 1 is unstable against u only: it belongs to its box as a corner that no
            // trajectory meets
            if (saddle.state.u < 1e-6) continue;
            const double held = traps(saddle.state);
            if (held == TrappingSet::none) continue;
            // inside a box every point, whatever it is, has the box's class; an ellipsoid must not hold one at all
            EXPECT_EQ(rule(saddle.state, problem.weight), static_cast<Outcome>(static_cast<int>(held)))
                << name_of(problem);
            for (int i = 0; i < traps.ellipsoid_count; ++i) {
                TrappingSet one = {};
                one.ellipsoids[one.ellipsoid_count++] = traps.ellipsoids[i];
                EXPECT_EQ(one(saddle.state), TrappingSet::none) << name_of(problem);
            }
        }
    }
    EXPECT_GT(saddles, 100);
    EXPECT_GT(inside_wrong, 0);
}

// |rows (y - centre)|^2 <= level, for points a little inside and outside along each axis and a slanted one.
TEST(TrappingSet, AnEllipsoidHoldsWhatItsRowsSay) {
    TrappingSet traps = {};
    const double rows[3][3] = {{2.0, 0.5, -1.0}, {0.0, 3.0, 1.5}, {0.7, -0.2, 4.0}}, centre[3] = {0.1, -0.2, 0.9};
    traps.ellipsoids[0] = {{centre[0], centre[1], centre[2]}, {}, 0.04, Outcome::matched};
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) traps.ellipsoids[0].rows[i][j] = rows[i][j];
    traps.ellipsoid_count = 1;
    const double directions[][3] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}, {0.6, -0.5, 0.3}};
    for (const auto& direction : directions) {
        double square = 0.0;
        for (const auto& row : rows)
            square += std::pow(row[0] * direction[0] + row[1] * direction[1] + row[2] * direction[2], 2);
        for (const double share : {0.99, 1.01}) {
            const double length = share * std::sqrt(0.04 / square);
            const State y = {centre[0] + length * direction[0], centre[1] + length * direction[1],
                             centre[2] + length * direction[2], 0.0};
            EXPECT_EQ(traps(y), share < 1.0 ? static_cast<double>(Outcome::matched) : TrappingSet::none);
        }
    }
}

}  // namespace
}  // namespace modecollapse
