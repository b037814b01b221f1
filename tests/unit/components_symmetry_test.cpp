// Names and axes do not matter to K components: a start with its components or its modes in another order, or turned
// together with the modes, ends in the same class. For K = K* = 2, antipodal, the field is that of the two-component
// family.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support/components_problems.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

using components::Layout;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::ComponentsState;
using support::Points;
using support::run_components;

constexpr int dimension = 6;

// A target, and a start on it.
struct Start {
    ComponentsRequest request;
    Points means;
    std::vector<double> logs;
};

Start start_of(int count, Layout layout, int modes, unsigned seed) {
    Start start = {support::components_request(count, layout, modes, 1.9), {}, {}};
    start.request.problem.weights = components::Weights::softmax;
    start.request.problem.dimension = dimension;
    start.request.problem.horizon = 5.0;
    for (int k = 0; k < modes; ++k) start.request.target_weight.push_back(2.0 * (k + 1) / (modes * (modes + 1.0)));
    for (auto& mode : start.request.modes) mode.resize(dimension, 0.0);
    start.means = support::random_points(count, dimension, 1.0, seed);
    for (auto& mean : start.means) {
        const double scale = start.request.problem.start_radius / std::sqrt(support::dot(mean, mean));
        if (scale > 0.0)
            for (double& x : mean) x *= scale;
    }
    for (int i = 0; i < count; ++i) start.logs.push_back(0.4 * std::sin(1.0 + i));
    return start;
}

// The same, permuted: element a of the result is element order[a] of what is given.
template <class Element>
void permute(std::vector<Element>& all, const std::vector<std::size_t>& order) {
    const std::vector<Element> before = all;
    for (std::size_t a = 0; a < order.size(); ++a) all[a] = before[order[a]];
}

std::vector<std::size_t> order_of(std::size_t count, std::mt19937& generator) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), generator);
    return order;
}

// Points turned by Householder reflections along `axes`, an orthogonal map.
void turn(Points& points, const Points& axes) {
    for (auto& x : points)
        for (const auto& axis : axes) {
            const double share = 2.0 * support::dot(x, axis) / support::dot(axis, axis);
            for (std::size_t c = 0; c < x.size(); ++c) x[c] -= share * axis[c];
        }
}

struct End {
    components::Ending ending;
    components::Quantities quantities;
};

End end_of(const Start& start) {
    const ComponentsSetup setup(start.request);
    const ComponentsState y = support::state_of(setup, start.means, start.request.modes, start.logs);
    const auto ends = run_components(setup, 0, 0, 1, {1, best_cpu_isa()}, y.numbers.data());
    return {ends.ending[0], ends.quantities[0]};
}

TEST(ComponentsSymmetry, OrdersAndRotationsLeaveTheOutcome) {
    std::mt19937 generator(20);
    int others = 0, cases = 0;
    for (const auto& [count, layout, modes] : {std::tuple{3, Layout::ring, 4}, std::tuple{2, Layout::simplex, 3},
                                               std::tuple{3, Layout::line, 3}, std::tuple{3, Layout::grid, 4}})
        for (unsigned seed = 1; seed <= 4; ++seed) {
            const Start start = start_of(count, layout, modes, seed);
            Start other = start;
            const auto component = order_of(other.means.size(), generator),
                       mode = order_of(other.request.modes.size(), generator);
            permute(other.means, component);
            permute(other.logs, component);
            permute(other.request.modes, mode);
            permute(other.request.target_weight, mode);
            const Points axes = support::random_points(3, dimension, 1.0, seed + 100);
            turn(other.means, axes);
            turn(other.request.modes, axes);
            const End a = end_of(start), b = end_of(other);
            EXPECT_EQ(a.ending.outcome, b.ending.outcome) << count << " " << modes << " " << seed;
            EXPECT_EQ(a.ending.covered, b.ending.covered) << count << " " << modes << " " << seed;
            EXPECT_EQ(a.ending.strays, b.ending.strays) << count << " " << modes << " " << seed;
            EXPECT_NEAR(a.quantities.coverage, b.quantities.coverage, 1e-4);
            EXPECT_NEAR(a.quantities.weight_error, b.quantities.weight_error, 1e-4);
            turn(other.means, axes);  // twin: the means alone
            ++cases;
            others += std::fabs(end_of(other).quantities.coverage - a.quantities.coverage) > 1e-3 ? 1 : 0;
        }
    EXPECT_GT(others, cases / 2);
}

TEST(ComponentsSymmetry, TwoAntipodalModesAreTheTwoComponentFamily) {
    constexpr double radius = 1.6, r2 = radius * radius, weight = 0.6, target_weight = 0.7, beta = 0.8;
    ComponentsRequest request = support::components_request(2, Layout::antipodal, 2, radius);
    request.target_weight = {target_weight};
    request.weight = {weight};
    request.expectation_error = 1e-6;
    const ComponentsSetup setup(request);
    support::FieldOf field(setup);
    ComponentsState y(setup.problem()), rate(setup.problem());
    const GradientFlow fast = support::flow_of(support::problem_of(radius, target_weight, weight), 1e-10);
    double largest = 0.0, twin = 0.0;
    for (std::uint64_t id = 0; id < 50; ++id) {
        const auto start = support::start_of(id, 7, id < 25 ? 3.0 : 1000.0);
        y.view.q(0, 0) = y.view.q(1, 1) = r2;
        y.view.q(1, 0) = r2 * (1.0 - start.u);
        for (const int k : {0, 1}) {
            y.view.m(0, k) = (k == 0 ? r2 : -r2) * start.m1;
            y.view.m(1, k) = (k == 0 ? r2 : -r2) * start.m2;
            y.view.log_weight(k) = setup.problem().log_weight[k];
        }
        (*field)(y.view, beta, rate.view);
        const auto exact = fast(start, beta);
        const double m1 = rate.view.m(0, 0) / r2, m2 = rate.view.m(1, 0) / r2;
        largest = std::max({largest, std::fabs(m1 - exact.m1), std::fabs(m2 - exact.m2),
                            std::fabs(rate.view.q(1, 0) / r2 + exact.u), std::fabs(rate.view.q(0, 0))});
        twin = std::max(twin, std::fabs(m1 - exact.m2));
    }
    RecordProperty("error", std::to_string(largest));
    EXPECT_LT(largest, request.expectation_error);
    EXPECT_GT(twin, 1e-2);
}

}  // namespace
}  // namespace modecollapse
