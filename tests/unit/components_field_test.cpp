// The closed field of K components against finite differences of its objective over the means themselves, in d
// dimensions, at the sizes of COMPONENTS and two of rank 3; the objective against quadrature of its definition.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/components_differences.hpp"

namespace modecollapse {
namespace {

using components::Layout;
using components::Payload;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::ComponentsState;
using support::largest_difference;
using support::Points;

struct Case {
    const char* name;
    int components, modes, dimension;
    double beta;
    Layout layout;
    double stated;  // error of the expectations
    double bound;   // on the rates', over the largest rate
};

ComponentsRequest request_of(const Case& c, double expectation_error) {
    ComponentsRequest request = support::components_request(c.components, c.layout, c.modes, 1.6);
    request.problem.dimension = c.dimension;
    request.problem.weights = components::Weights::softmax;
    request.problem.beta = c.beta;
    for (int k = 0; k < c.modes; ++k) request.target_weight.push_back(2.0 * (k + 1) / (c.modes * (c.modes + 1.0)));
    request.expectation_error = expectation_error;
    return request;
}

// The rates of Q with the responsibilities transposed: what must not pass.
double transposed_difference(const ComponentsSetup& setup, const ComponentsState& y, const ComponentsState& truth,
                             double beta) {
    support::RatesAt at(setup, y, beta);
    const components::Expectations<double>& e = at.field->expectations();
    double largest = 0.0, scale = 0.0;
    for (int i = 0; i < y.view.components; ++i)
        for (int k = 0; k < y.view.modes; ++k) {
            double change = 0.0;
            for (int l = 0; l < y.view.components; ++l) change += (e.own[l][i] - e.own[i][l]) * y.view.m(l, k);
            largest = std::max(largest, std::fabs(at.rate.view.m(i, k) - e.weight[i] * change - truth.view.m(i, k)));
            scale = std::max(scale, std::fabs(truth.view.m(i, k)));
        }
    return largest / scale;
}

class ComponentsField : public testing::TestWithParam<Case> {};

TEST_P(ComponentsField, IsTheGradientOfTheObjective) {
    const Case& c = GetParam();
    // beyond rank 2 the objective's differences need more nodes than the field that they judge
    const ComponentsSetup setup(request_of(c, c.stated)), fine(request_of(c, 0.3 * c.stated));
    const Points modes = components::coordinates_of({c.layout, c.modes, 1.6, 3.0, 0.0});
    Points means = support::random_points(c.components, c.dimension, 1.0, 5);
    std::vector<double> logs;
    for (int i = 0; i < c.components; ++i) logs.push_back(0.7 * std::sin(2.0 * i));
    const ComponentsState y = support::state_of(setup, means, modes, logs);
    const ComponentsState rate = support::RatesAt(setup, y, c.beta).rate;
    support::ByDifferences differences(fine, means, modes, logs);
    const ComponentsState truth = differences.rates(c.beta);
    const double error = largest_difference(truth, rate);
    RecordProperty("error", std::to_string(error));
    EXPECT_LT(error, c.bound);
    if (c.components > 1) {
        const double twin = transposed_difference(setup, y, truth, c.beta);
        RecordProperty("twin", std::to_string(twin));
        EXPECT_GT(twin, 2.0 * c.bound);
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, ComponentsField,
                         testing::Values(Case{"K2_2", 2, 2, 3, 1.0, Layout::antipodal, 1e-6, 1e-5},
                                         Case{"K3_2", 3, 2, 3, 0.4, Layout::antipodal, 1e-6, 1e-5},
                                         Case{"K3_4", 3, 4, 3, 1.0, Layout::ring, 1e-6, 1e-5},
                                         Case{"K2_4", 2, 4, 3, 0.7, Layout::grid, 1e-6, 1e-5},
                                         Case{"K3_3", 3, 3, 3, 0.2, Layout::line, 1e-6, 1e-5},
                                         Case{"K4_4", 4, 4, 5, 1.0, Layout::simplex, 1e-3, 2e-2},
                                         Case{"K4_3", 4, 3, 4, 0.6, Layout::orthogonal, 1e-3, 2e-2},
                                         Case{"K1_1", 1, 1, 2, 1.0, Layout::orthogonal, 1e-6, 1e-5}),
                         [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

}  // namespace
}  // namespace modecollapse
