// The laws of K components: the start against explicit means in R^d; the reduced sampler of SGD against the full one; and
// SGD against the flow.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/components_problems.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse {
namespace {

using components::Dynamics;
using components::Layout;
using components::Payload;
using components::Variances;
using components::Weights;
using support::ComponentsRequest;
using support::ComponentsSetup;

using Samples = std::vector<std::vector<double>>;  // (order parameter, member)

// Smallest p over the order parameters of KS and of the first two moments, times their number. What does not vary (a
// fixed norm) is left out.
double least_p(Samples a, Samples b) {
    double least = 1.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        for (const int power : {1, 2}) {
            support::SampleMean first, second;
            for (const double x : a[k]) first.add(power == 1 ? x : x * x);
            for (const double x : b[k]) second.add(power == 1 ? x : x * x);
            const double error = std::hypot(first.standard_error(), second.standard_error());
            if (error < 1e-9) break;
            least = std::min(least, std::erfc(std::fabs(first.mean() - second.mean()) / error / std::sqrt(2.0)));
        }
        const auto [low, high] = std::minmax_element(a[k].begin(), a[k].end());
        if (*high - *low > 1e-9) least = std::min(least, support::kolmogorov_smirnov(a[k], b[k]).p_value);
    }
    return least * 3.0 * static_cast<double>(a.size());
}

Samples by_parameter(const std::vector<double>& states, std::size_t size) {
    Samples result(size);
    for (std::size_t i = 0; i < states.size(); ++i) result[i % size].push_back(states[i]);
    return result;
}

Samples drawn(const ComponentsSetup& setup, std::uint64_t members) {
    const Payload& p = setup.problem();
    const auto size = static_cast<std::size_t>(size_of_state(p));
    std::vector<double> states(members * size), memory(components::InitialLaw<double, Random123Words>::words(p));
    const components::InitialLaw<double, Random123Words> law(p, Random123Words{}, 11);
    for (std::uint64_t id = 0; id < members; ++id)
        law(&id, components::state_in(p, states.data() + id * size), memory.data());
    return by_parameter(states, size);
}

Samples explicit_starts(const ComponentsSetup& setup, const support::Points& modes, int dimension,
                        std::uint64_t members) {
    const Payload& p = setup.problem();
    std::vector<double> states;
    for (std::uint64_t id = 0; id < members; ++id) {
        support::Points means =
            support::random_points(p.components, dimension, p.start_scale, static_cast<unsigned>(1000 + id));
        for (auto& mean : means) {
            if (!(p.start_radius > 0.0)) continue;
            const double scale = p.start_radius / std::sqrt(support::dot(mean, mean));
            for (double& x : mean) x *= scale;
        }
        const support::ComponentsState y =
            support::state_of(setup, means, modes, std::vector<double>(means.size(), p.log_weight[0]));
        states.insert(states.end(), y.numbers.begin(), y.numbers.end());
    }
    return by_parameter(states, static_cast<std::size_t>(size_of_state(p)));
}

TEST(ComponentsStart, HasTheLawOfExplicitMeans) {
    const struct {
        int components;
        Layout layout;
        int modes, dimension;
    } cases[] = {{2, Layout::antipodal, 2, 2},  {2, Layout::antipodal, 2, 3}, {3, Layout::ring, 4, 2},
                 {3, Layout::simplex, 4, 5},    {3, Layout::line, 3, 12},     {2, Layout::grid, 4, 30},
                 {4, Layout::orthogonal, 2, 40}};
    constexpr double alpha = 1e-3 / 7.0;
    constexpr std::uint64_t members = 3000;
    for (const auto& c : cases) {
        ComponentsRequest request = support::components_request(c.components, c.layout, c.modes, 1.5);
        request.problem.dimension = c.dimension;
        request.problem.start_scale = 0.8;
        request.problem.dynamics = Dynamics::sgd;  // no nodes are needed
        request.expectation_error = 0.1;
        const ComponentsSetup setup(request);
        const Samples means = explicit_starts(setup, request.modes, c.dimension, members);
        EXPECT_GT(least_p(drawn(setup, members), means), alpha) << static_cast<int>(c.layout) << " " << c.dimension;
        request.problem.dimension = c.dimension + std::max(1, c.dimension / 5);  // twin
        EXPECT_LT(least_p(drawn(ComponentsSetup(request), members), means), alpha) << static_cast<int>(c.layout);
    }
}

struct Cell {
    int components;
    Layout layout;
    int modes;
    double dimension;
    Schedule schedule;
    Weights weights;
    components::Radii radii;
    Variances variances = Variances::fixed;
};

ComponentsRequest request_of(const Cell& cell, Dynamics dynamics) {
    ComponentsRequest request = support::components_request(cell.components, cell.layout, cell.modes, 1.6);
    request.problem.dimension = cell.dimension;
    request.problem.dynamics = dynamics;
    request.problem.weights = cell.weights;
    request.problem.radii = cell.radii;
    request.problem.variances = cell.variances;
    request.problem.annealing = {cell.schedule, 3.0, 50.0};
    request.problem.learning_rate = 0.3;
    request.problem.batch = 2;
    request.problem.horizon = 0.3 * 12.0;
    request.expectation_error = 0.1;
    return request;
}

Samples ends_of(const ComponentsRequest& request, std::uint64_t first, std::uint64_t members) {
    const ComponentsSetup setup(request);
    return by_parameter(support::run_components(setup, 23, first, members, {2, best_cpu_isa()}).state,
                        static_cast<std::size_t>(size_of_state(setup.problem())));
}

// K in {2, 3, 5}, d in {r, 10, 100}, tempered or not, with fixed and trained weights, on spheres and free.
TEST(ComponentsSgd, TheReducedSamplerHasTheLawOfTheFullOne) {
    using components::Radii;
    const Cell cells[] = {
        {2, Layout::antipodal, 2, 10, Schedule::none, Weights::fixed, Radii::fixed},
        {3, Layout::simplex, 3, 2, Schedule::linear, Weights::softmax, Radii::fixed},  // d = r: full in either case
        {3, Layout::simplex, 3, 10, Schedule::linear, Weights::softmax, Radii::fixed},
        {3, Layout::simplex, 3, 6, Schedule::geometric, Weights::fixed, Radii::free},
        {3, Layout::line, 2, 100, Schedule::exponential_beta, Weights::fisher_rao, Radii::free},
        {5, Layout::ring, 4, 10, Schedule::none, Weights::softmax, Radii::fixed},
        {5, Layout::grid, 4, 100, Schedule::linear, Weights::fixed, Radii::free},
        {2, Layout::antipodal, 2, 10, Schedule::none, Weights::fixed, Radii::fixed, Variances::euclidean},
        {3, Layout::simplex, 3, 6, Schedule::none, Weights::fixed, Radii::free, Variances::euclidean},
        {3, Layout::simplex, 3, 10, Schedule::linear, Weights::softmax, Radii::free, Variances::euclidean},
        {3, Layout::line, 2, 100, Schedule::none, Weights::fisher_rao, Radii::free, Variances::fisher_rao}};
    constexpr std::uint64_t members = 1000;
    const double alpha = 1e-3 / static_cast<double>(std::size(cells));
    for (const Cell& cell : cells) {
        const Samples full = ends_of(request_of(cell, Dynamics::sgd_full), 1000000, members);
        EXPECT_GT(least_p(ends_of(request_of(cell, Dynamics::sgd), 0, members), full), alpha)
            << cell.components << " " << cell.dimension;
    }
    // twins: noise in another number of dimensions; hardly any noise
    for (const Cell& cell :
         {Cell{3, Layout::simplex, 3, 10, Schedule::linear, Weights::softmax, Radii::fixed},
          Cell{2, Layout::antipodal, 2, 10, Schedule::none, Weights::fixed, Radii::fixed, Variances::euclidean}}) {
        const Samples full = ends_of(request_of(cell, Dynamics::sgd_full), 1000000, members);
        ComponentsRequest other = request_of(cell, Dynamics::sgd);
        other.problem.dimension = 20.0;
        EXPECT_LT(least_p(ends_of(other, 0, members), full), alpha);
        other = request_of(cell, Dynamics::sgd);
        other.problem.batch = 40;
        EXPECT_LT(least_p(ends_of(other, 0, members), full), alpha);
    }
}

// K = K* = 3, simplex: SGD's order parameters at a small step are the flow's, member by member.
void expect_the_flow(const ComponentsRequest& request, double bound) {
    constexpr std::uint64_t members = 16;
    const auto states = [&](Dynamics dynamics, double horizon) {
        ComponentsRequest asked = request;
        asked.problem.dynamics = dynamics;
        asked.problem.horizon = horizon;
        const ComponentsSetup setup(asked);
        return support::run_components(setup, 5, 0, members, {2, best_cpu_isa()}).state;
    };
    const double horizon = request.problem.horizon;
    const std::vector<double> flow = states(Dynamics::flow, horizon), sgd = states(Dynamics::sgd_full, horizon),
                              late = states(Dynamics::flow, 1.15 * horizon);
    double squares = 0.0, twin = 0.0;
    for (std::size_t i = 0; i < flow.size(); ++i) {
        squares += (flow[i] - sgd[i]) * (flow[i] - sgd[i]);
        twin += (late[i] - sgd[i]) * (late[i] - sgd[i]);
    }
    const double error = std::sqrt(squares / static_cast<double>(flow.size()));
    testing::Test::RecordProperty("error", support::digits(error));
    EXPECT_LT(error, bound);
    EXPECT_GT(std::sqrt(twin / static_cast<double>(flow.size())), 2.0 * error);
}

TEST(ComponentsSgd, FollowsTheFlow) {
    ComponentsRequest request = support::components_request(3, Layout::simplex, 3, 1.8);
    request.problem.dimension = 40.0;
    request.problem.horizon = 4.0;
    request.problem.batch = 400;
    request.problem.learning_rate = 0.02;
    expect_the_flow(request, 0.06);
}

TEST(ComponentsSgd, FollowsTheFlowOfVariances) {
    ComponentsRequest request = support::components_request(3, Layout::simplex, 3, 1.8);
    request.problem.dimension = 10.0;
    request.problem.variances = Variances::euclidean;
    request.problem.horizon = 4.0;
    request.problem.batch = 400;
    request.problem.learning_rate = 0.01;
    expect_the_flow(request, 0.06);
}

}  // namespace
}  // namespace modecollapse
