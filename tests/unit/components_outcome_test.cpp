// Outcomes and quantities of K components on states by hand; where the modes of each layout stand; what is refused.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/components_problems.hpp"

namespace modecollapse {
namespace {

using components::Ending;
using components::Layout;
using components::Outcome;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::Points;

Ending ending_at(const ComponentsSetup& setup, const Points& modes, const Points& means,
                 const std::vector<double>& logs) {
    support::ComponentsState y = support::state_of(setup, means, modes, logs);
    std::vector<double> weight(means.size());
    return ending_of(setup.problem(), y.view, weight.data());
}

TEST(ComponentsOutcome, ClassesInTheirOrder) {
    ComponentsRequest request = support::components_request(3, Layout::line, 3, 1.0);
    request.problem.dimension = 2.0;
    const ComponentsSetup setup(request);
    const Points modes = {{-3.0, 0.0}, {0.0, 0.0}, {3.0, 0.0}};
    const auto end = [&](const Points& means, const std::vector<double>& logs = {0.0, 0.0, 0.0}) {
        return ending_at(setup, modes, means, logs);
    };
    EXPECT_EQ(end({{-3.1, 0.2}, {0.1, 0.0}, {2.0, 0.0}}).outcome, Outcome::covered);
    const Ending lost = end({{-3.1, 0.2}, {-2.0, 0.0}, {2.0, 0.0}});
    EXPECT_EQ(lost.outcome, Outcome::lost);
    EXPECT_EQ(lost.covered, 2);
    EXPECT_EQ(end({{-3.1, 0.2}, {-2.0, 0.0}, {2.0, 2.0}}).outcome, Outcome::undecided);
    EXPECT_EQ(end({{-3.1, 0.2}, {-2.0, 0.0}, {2.0, 2.0}}).strays, 1);
    // a component that does not count loses its mode, and is no stray
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {3.0, 0.0}}, {0.0, 0.0, -10.0}).covered, 2);
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {9.0, 0.0}}, {0.0, 0.0, -10.0}).outcome, Outcome::lost);
    // one counts from a weight of 2/K of the floor on: of three, 0.0333
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {3.0, 0.0}}, {0.0, 0.0, std::log(0.072)}).covered, 3);
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {3.0, 0.0}}, {0.0, 0.0, std::log(0.066)}).covered, 2);
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {std::nan(""), 0.0}}).outcome, Outcome::failed);
    // nearer than half the way counts, farther does not
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {3.0, 1.499}}).outcome, Outcome::covered);
    EXPECT_EQ(end({{-3.0, 0.0}, {0.0, 0.0}, {3.0, 1.501}}).outcome, Outcome::undecided);
}

// More components than modes: covered once every mode has one, wherever the others are.
TEST(ComponentsOutcome, StraysBesideAFullCover) {
    ComponentsRequest request = support::components_request(3, Layout::antipodal, 2, 2.0);
    request.problem.dimension = 2.0;
    const ComponentsSetup setup(request);
    const Points modes = {{2.0, 0.0}, {-2.0, 0.0}};
    const Ending end = ending_at(setup, modes, {{2.0, 0.0}, {-2.0, 0.0}, {0.0, 2.0}}, {0.0, 0.0, 0.0});
    EXPECT_EQ(end.outcome, Outcome::covered);
    EXPECT_EQ(end.strays, 1);
}

TEST(ComponentsOutcome, SharesOfTheModes) {
    ComponentsRequest request = support::components_request(2, Layout::antipodal, 2, 3.0);
    request.target_weight = {0.3};
    const ComponentsSetup setup(request);
    const Points modes = {{3.0}, {-3.0}};
    std::vector<double> memory(components::Expectations<double>::words(setup.problem()));
    components::Expectations<double> e(setup.problem(), memory.data());
    const auto of = [&](const Points& means, const std::vector<double>& logs) {
        const support::ComponentsState y = support::state_of(setup, means, modes, logs);
        return quantities_of(setup.problem(), y.view, e);
    };
    const double entropy = -(0.3 * std::log(0.3) + 0.7 * std::log(0.7)) / std::log(2.0);
    const components::Quantities fit = of({{3.0}, {-3.0}}, {std::log(0.3), std::log(0.7)});
    EXPECT_NEAR(fit.coverage, entropy, 2e-3);  // an exact fit: q_k are the weights, which the rule says to its error
    EXPECT_NEAR(fit.weight_error, 0.0, 1e-5);
    EXPECT_NEAR(setup.entropy_of_target(), entropy, 1e-12);
    const components::Quantities lost = of({{3.0}, {3.0}}, {0.0, 0.0});
    EXPECT_LT(lost.coverage, 0.05);
    EXPECT_NEAR(lost.weight_error, 0.7, 1e-2);
}

TEST(ComponentsModes, StandAsTheLayoutSays) {
    const auto product = [](const Points& rows, int k, int l) {
        return support::dot(rows[static_cast<std::size_t>(k)], rows[static_cast<std::size_t>(l)]);
    };
    const Points simplex = components::coordinates_of({Layout::simplex, 4, 2.0, 1.0, 0.0});
    const Points orthogonal = components::coordinates_of({Layout::orthogonal, 4, 2.0, 1.0, 0.0});
    for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 4; ++l) {
            EXPECT_NEAR(product(simplex, k, l), k == l ? 4.0 : -4.0 / 3.0, 1e-12);
            EXPECT_NEAR(product(orthogonal, k, l), k == l ? 4.0 : 0.0, 1e-12);
        }
    const struct {
        Layout layout;
        int count, span, rank;
    } cases[] = {{Layout::antipodal, 2, 1, 1}, {Layout::simplex, 4, 3, 3}, {Layout::orthogonal, 4, 4, 3},
                 {Layout::line, 5, 1, 1},      {Layout::ring, 5, 2, 2},    {Layout::ring, 2, 1, 1},
                 {Layout::grid, 9, 2, 2},      {Layout::line, 1, 0, 0}};
    for (const auto& c : cases) {
        const Points rows = components::coordinates_of({c.layout, c.count, 2.0, 1.5, 0.0});
        const components::ModeGeometry g = components::geometry_of(rows);
        EXPECT_EQ(g.span, c.span) << static_cast<int>(c.layout);
        EXPECT_EQ(g.rank, c.rank) << static_cast<int>(c.layout);
        for (int k = 0; k < c.count; ++k)
            for (int l = 0; l < c.count; ++l) {
                double sum = 0.0;
                for (int a = 0; a < g.span; ++a)
                    sum += g.mode[static_cast<std::size_t>(k * g.span + a)] *
                           g.mode[static_cast<std::size_t>(l * g.span + a)];
                EXPECT_NEAR(sum, product(rows, k, l), 1e-12);
            }
    }
    EXPECT_NEAR(components::geometry_of(components::coordinates_of({Layout::grid, 9, 1.0, 1.5, 0.0})).gap[4], 1.5,
                1e-12);
}

TEST(ComponentsModes, ImpossibleOnesAreRefused) {
    const auto refused = [](const ComponentsRequest& request) {
        EXPECT_THROW(ComponentsSetup{request}, std::domain_error);
    };
    EXPECT_THROW(components::coordinates_of({Layout::antipodal, 3, 1.0, 1.0, 0.0}), std::domain_error);
    EXPECT_THROW(components::coordinates_of({Layout::simplex, 1, 1.0, 1.0, 0.0}), std::domain_error);
    EXPECT_THROW(components::coordinates_of({Layout::grid, 5, 1.0, 1.0, 0.0}), std::domain_error);
    EXPECT_THROW(components::coordinates_of({Layout::ring, 65, 1.0, 1.0, 0.0}), std::domain_error);
    ComponentsRequest request = support::components_request(2, Layout::orthogonal, 5, 1.0);
    request.problem.dimension = 4.0;
    refused(request);
    request = support::components_request(2, Layout::line, 3, 1.0);
    request.problem.radii = components::Radii::fixed;
    request.problem.start_radius = 1.0;
    refused(request);
    for (const std::vector<double>& weights :
         std::vector<std::vector<double>>{{0.5, 0.6}, {0.5, 0.25, 0.25}, {1.0, 0.0}, {1.5, -0.5}}) {
        request = support::components_request(2, Layout::antipodal, 2, 1.0);
        request.target_weight = weights;
        refused(request);
        std::swap(request.target_weight, request.weight);
        refused(request);
    }
    for (const int count : {0, 65}) refused(support::components_request(count, Layout::antipodal, 2, 1.0));
    EXPECT_NO_THROW(ComponentsSetup{support::components_request(2, Layout::antipodal, 2, 1.0)});
}

}  // namespace
}  // namespace modecollapse
