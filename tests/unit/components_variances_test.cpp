// Trained variances: the objective against quadrature of its definition, the field against finite differences of the
// objective, and against the field of unit variances; F does not rise along a trajectory.
#include <gtest/gtest.h>

#include <cmath>

#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/components/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/components_differences.hpp"

namespace modecollapse {
namespace {

using components::Layout;
using components::Variances;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::ComponentsState;
using support::FieldOf;
using support::Points;

struct Case {
    const char* name;
    int components, modes, dimension;
    double beta;
    Layout layout;
    double stated;        // error of the expectations
    double bound = 1e-3;  // on the rates', over the largest rate
};

ComponentsRequest request_of(const Case& c, double expectation_error) {
    ComponentsRequest request = support::components_request(c.components, c.layout, c.modes, 1.6);
    request.problem.dimension = c.dimension;
    request.problem.weights = components::Weights::softmax;
    request.problem.variances = Variances::euclidean;
    request.problem.radii = components::Radii::free;
    request.problem.beta = c.beta;
    request.expectation_error = expectation_error;
    return request;
}

struct Place {
    Points means;
    std::vector<double> log_weights, log_variances;

    explicit Place(const Case& c)
        : means(support::random_points(c.components, c.dimension, 2.0 / std::sqrt(c.dimension), 5)) {
        for (int i = 0; i < c.components; ++i) {
            log_weights.push_back(0.7 * std::sin(2.0 * i));
            log_variances.push_back(std::min(0.4, 1.5 / std::sqrt(c.dimension)) * std::cos(3.0 * i + 1.0));
        }
    }
};

ComponentsState rates_at(const ComponentsSetup& setup, const ComponentsState& y, double beta) {
    return support::RatesAt(setup, y, beta).rate;
}

// Rates without what the responsibilities' dependence on |z|^2 and on z adds: what must not pass.
double twin_difference(const ComponentsSetup& setup, const ComponentsState& y, const ComponentsState& truth,
                       double beta) {
    support::RatesAt at(setup, y, beta);
    const components::Expectations<double>& e = at.field->expectations();
    for (int i = 0; i < y.view.components; ++i) at.rate.view.log_variance(i) += 0.5 * e.weight[i] * e.stretch[i];
    return support::largest_difference(truth, at.rate);
}

// With p_ij without the tilt.
double untilted_difference(const ComponentsSetup& setup, const ComponentsState& y, const ComponentsState& truth,
                           double beta) {
    support::RatesAt at(setup, y, beta);
    const components::Expectations<double>& e = at.field->expectations();
    const auto& v = y.view;
    for (int i = 0; i < v.components; ++i)
        for (int k = 0; k < v.modes; ++k) {
            double change = 0.0;
            for (int l = 0; l < v.components; ++l)
                if (l != i)
                    change += (e.own[i][l] / std::exp(v.log_variance(l)) - e.push[i][l]) * (v.m(l, k) - v.m(i, k));
            at.rate.view.m(i, k) -= e.weight[i] * change;
        }
    return support::largest_difference(truth, at.rate);
}

class ComponentsVariances : public testing::TestWithParam<Case> {};

TEST_P(ComponentsVariances, TheFieldIsTheGradientOfTheObjective) {
    const Case& c = GetParam();
    const ComponentsSetup setup(request_of(c, c.stated)), fine(request_of(c, 0.3 * c.stated));
    const Points modes = components::coordinates_of({c.layout, c.modes, 1.6, 3.0, 0.0});
    const Place place(c);
    const ComponentsState y = support::state_of(setup, place.means, modes, place.log_weights, place.log_variances);
    const ComponentsState rate = rates_at(setup, y, c.beta);
    support::ByDifferences differences(fine, place.means, modes, place.log_weights, place.log_variances);
    const ComponentsState truth = differences.rates(c.beta);
    const double error = support::largest_difference(truth, rate);
    RecordProperty("error", support::digits(error));
    EXPECT_LT(error, c.bound);
    if (c.components == 1) return;
    const double twin = twin_difference(setup, y, truth, c.beta);
    RecordProperty("twin", support::digits(twin));
    EXPECT_GT(twin, 2.0 * c.bound);
    if (c.dimension > 10) return;  // there the variances' rates are far above all others
    const double untilted = untilted_difference(setup, y, truth, c.beta);
    RecordProperty("untilted", support::digits(untilted));
    EXPECT_GT(untilted, 2.0 * c.bound);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ComponentsVariances,
                         testing::Values(Case{"K2_2", 2, 2, 3, 1.0, Layout::antipodal, 1e-3},
                                         Case{"K3_2", 3, 2, 4, 0.4, Layout::antipodal, 1e-3},
                                         Case{"K3_3", 3, 3, 10, 0.7, Layout::simplex, 1e-3},
                                         Case{"K2_4", 2, 4, 100, 1.0, Layout::grid, 1e-3},
                                         Case{"K4_4", 4, 4, 6, 1.0, Layout::simplex, 6e-4},
                                         Case{"K3_3_plane", 3, 3, 2, 1.0, Layout::ring, 1e-3},
                                         Case{"K1_2", 1, 2, 2, 1.0, Layout::antipodal, 1e-6, 1e-6}),
                         [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

// F by a fine grid over the plane, up to the constant of field.hpp.
double by_definition(const Place& place, const Points& modes, double beta) {
    constexpr double reach = 9.0, step = 0.04, log_two_pi = 1.8378770664093453;
    double all = 0.0;
    for (const double x : place.log_weights) all += std::exp(x);
    double sum = 0.0;
    for (double x0 = -reach; x0 < reach; x0 += step)
        for (double x1 = -reach; x1 < reach; x1 += step) {
            double q = 0.0, p = 0.0;
            for (std::size_t i = 0; i < place.means.size(); ++i) {
                const double v = std::exp(place.log_variances[i]), a = x0 - place.means[i][0],
                             b = x1 - place.means[i][1];
                q += std::exp(place.log_weights[i] - 0.5 * (a * a + b * b) / v) / (all * v);
            }
            for (const auto& mode : modes)
                p += std::exp(-0.5 * ((x0 - mode[0]) * (x0 - mode[0]) + (x1 - mode[1]) * (x1 - mode[1]))) /
                     static_cast<double>(modes.size());
            q *= std::exp(-log_two_pi);
            p *= std::exp(-log_two_pi);
            if (q > 0.0) sum += q * (std::log(q) - beta * std::log(p)) * step * step;
        }
    return sum - (beta - 1.0) * (log_two_pi + 1.0);
}

TEST(ComponentsVariances, TheObjectiveIsThatOfTheDefinition) {
    const Case c = {"", 3, 3, 2, 0.7, Layout::ring, 3e-4};
    const ComponentsSetup setup(request_of(c, c.stated));
    const Points modes = components::coordinates_of({c.layout, c.modes, 1.6, 3.0, 0.0});
    const Place place(c);
    const ComponentsState y = support::state_of(setup, place.means, modes, place.log_weights, place.log_variances);
    FieldOf field(setup);
    const double objective = field->objective(y.view, c.beta), truth = by_definition(place, modes, c.beta);
    RecordProperty("error", support::digits(objective - truth));
    EXPECT_NEAR(objective, truth, 1e-3);
    Place other = place;  // twin
    other.log_variances[1] += 0.05;
    EXPECT_GT(std::fabs(objective - by_definition(other, modes, c.beta)), 2e-3);
}

// At v = 1 the means and weights move as with fixed variances, to the stated error.
TEST(ComponentsVariances, OfOneGiveTheFieldOfFixedOnes) {
    for (const Case& c :
         {Case{"", 2, 2, 3, 1.0, Layout::antipodal, 1e-3}, Case{"", 3, 3, 10, 0.6, Layout::simplex, 1e-3},
          Case{"", 4, 4, 1000000, 1.0, Layout::ring, 1e-3}}) {
        ComponentsRequest request = request_of(c, c.stated);
        const ComponentsSetup trained(request);
        request.problem.variances = Variances::fixed;
        request.expectation_error = 1e-4;
        const ComponentsSetup fixed(request);
        ComponentsState y(fixed.problem()), with(trained.problem());
        std::vector<double> memory(components::InitialLaw<double, Random123Words>::words(fixed.problem()));
        const std::uint64_t id = 3;
        components::InitialLaw<double, Random123Words>(fixed.problem(), Random123Words{}, 5)(&id, y.view,
                                                                                             memory.data());
        std::copy(y.numbers.begin(), y.numbers.end(), with.numbers.begin());
        const ComponentsState truth = rates_at(fixed, y, c.beta), rate = rates_at(trained, with, c.beta);
        double largest = 0.0, scale = 0.0;
        for (std::size_t i = 0; i < truth.numbers.size(); ++i) {
            largest = std::max(largest, std::fabs(truth.numbers[i] - rate.numbers[i]));
            scale = std::max(scale, std::fabs(truth.numbers[i]));
        }
        EXPECT_LT(largest, c.stated * std::max(scale, 1.0)) << c.components << " " << c.dimension;
        with.view.log_variance(0) = 0.3;  // twin
        const ComponentsState moved = rates_at(trained, with, c.beta);
        EXPECT_GT(std::fabs(moved.numbers[0] - truth.numbers[0]), c.stated * std::max(scale, 1.0));
    }
}

// Largest rise of F in a step, and its whole drop, from a drawn start.
std::pair<double, double> rise_and_drop(const ComponentsSetup& setup, double sign) {
    using components::Trajectory;
    using components::TrajectoryStepper;
    const components::Payload& p = setup.problem();
    const auto size = static_cast<std::size_t>(size_of_state(p));
    std::vector<double> memory(2 * size + TrajectoryStepper<double>::words(p)),
        law(components::InitialLaw<double, Random123Words>::words(p));
    components::Pieces<double> pieces(memory.data());
    Trajectory<double> trajectory = components::trajectory_in<double>(p, pieces);
    TrajectoryStepper<double> stepper(p, memory.data() + 2 * size);
    FieldOf field(setup);
    const std::uint64_t id = 1;
    components::InitialLaw<double, Random123Words>(p, Random123Words{}, 5)(&id, trajectory.state, law.data());
    components::NeverGivenUp never;
    stepper.begin(trajectory, never);
    const double first = field->objective(trajectory.state, sign * p.beta);
    double before = first, rise = -1e300, end = runs_on;
    while (end == runs_on) {
        end = stepper.advance(trajectory, never);
        const double now = field->objective(trajectory.state, sign * p.beta);
        rise = std::max(rise, now - before);
        before = now;
    }
    return {rise, first - before};
}

TEST(ComponentsVariances, TheObjectiveDoesNotIncrease) {
    for (const Variances metric : {Variances::euclidean, Variances::fisher_rao})
        for (const double beta : {1.0, 0.4}) {
            const Case c = {"", 3, 3, 20, beta, Layout::simplex, 3e-4};
            ComponentsRequest request = request_of(c, c.stated);
            request.problem.variances = metric;
            request.problem.horizon = 30.0;
            const ComponentsSetup setup(request);
            const auto [rise, drop] = rise_and_drop(setup, 1.0);
            RecordProperty("rise", support::digits(rise));
            EXPECT_LT(rise, 1e-5);  // quadrature's error of the gradient times a step
            EXPECT_GT(drop, 0.05);
            EXPECT_GT(rise_and_drop(setup, -1.0).first, 1e-4);  // twin: the objective of another sign of beta
        }
}

}  // namespace
}  // namespace modecollapse
