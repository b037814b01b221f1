// Two other ways to the expectations of K components: responsibilities of three components of q from one grid against a
// mean over each component apart; those of the target's modes from their table against nodes about the component.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/components_problems.hpp"

namespace modecollapse {
namespace {

using components::Asked;
using components::Expectations;
using components::Layout;
using components::Overlaps;
using components::Rows;
using components::Rule;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::ComponentsState;
using support::Points;

Rule rule_of(double error) {
    const double logs = -std::log(error);
    return {logs, std::sqrt(2.0 * logs), 0, nullptr};
}

// Shares and log-sum of all components at samples of component i.
struct Apart {
    double share[3], log_sum;
    Apart(const Points& at, const std::vector<double>& log_weight, std::size_t i) {
        double root[3][2], base[3], logit[6];
        for (std::size_t l = 0; l < 3; ++l) {
            base[l] = log_weight[l] - log_weight[i];
            for (std::size_t a = 0; a < 2; ++a) {
                root[l][a] = at[l][a] - at[i][a];
                base[l] -= 0.5 * root[l][a] * root[l][a];
            }
        }
        components::Softmax<double> x = {3, 2, base, {&root[0][0], 2}, share, 0.0, logit};
        const Rule fine = rule_of(1e-14);
        components::SoftmaxMean<double>(fine, Asked::shares_and_log)(x);
        log_sum = x.log_sum;
    }
};

TEST(ComponentsExpectation, OneGridGivesTheMeansOverEachComponent) {
    constexpr double error = 1e-6, bound = 2e-5;
    const Rule rule = rule_of(error);
    std::vector<double> memory(Overlaps<double, 3>::words);
    double twin = 0.0;
    for (const double scale : {0.0, 0.1, 1.5, 6.0})
        for (const double spread : {0.0, 3.0})
            for (unsigned seed = 1; seed <= 8; ++seed) {
                Points at = support::random_points(3, 2, scale, seed);
                const std::vector<double> logs = support::random_points(1, 3, spread, seed + 100)[0];
                double place[3][2], own[3][3], log_sum[3];
                for (std::size_t i = 0; i < 3; ++i)
                    for (std::size_t a = 0; a < 2; ++a) place[i][a] = at[i][a];
                Overlaps<double, 3>(rule, memory.data())(place, logs.data(), Asked::shares_and_log,
                                                         Rows<double>{&own[0][0], 3}, log_sum);
                for (std::size_t i = 0; i < 3; ++i) {
                    const Apart apart(at, logs, i);
                    for (std::size_t j = 0; j < 3; ++j) {
                        EXPECT_NEAR(own[i][j], apart.share[j], bound) << scale << " " << spread << " " << seed;
                        twin = std::max(twin, std::fabs(own[j][i] - apart.share[j]));
                    }
                    EXPECT_NEAR(log_sum[i], apart.log_sum, 10.0 * bound) << scale << " " << spread << " " << seed;
                }
            }
    EXPECT_GT(twin, 0.1);  // the responsibilities transposed
}

// Far from all others a component has only itself, and costs no node.
TEST(ComponentsExpectation, ComponentsFarApartAreAlone) {
    const Rule rule = rule_of(1e-6);
    std::vector<double> memory(Overlaps<double, 3>::words);
    const double place[3][2] = {{0.0, 0.0}, {1e6, 0.0}, {0.0, 1.0}}, logs[3] = {0.0, 0.0, 0.0};
    double own[3][3], log_sum[3];
    Overlaps<double, 3>(rule, memory.data())(place, logs, Asked::shares_and_log, Rows<double>{&own[0][0], 3}, log_sum);
    EXPECT_EQ(own[1][1], 1.0);
    EXPECT_EQ(own[0][1], 0.0);
    EXPECT_EQ(log_sum[1], 0.0);
    EXPECT_NEAR(own[0][2], own[2][0], 1e-15);
    EXPECT_GT(own[0][2], 0.2);
}

TEST(ComponentsExpectation, TheTableIsTheMeanOverTheComponent) {
    const struct {
        Layout layout;
        int modes;
    } cases[] = {{Layout::simplex, 3}, {Layout::antipodal, 2}, {Layout::ring, 5}, {Layout::line, 4}, {Layout::grid, 4}};
    for (const auto& c : cases) {
        ComponentsRequest request = support::components_request(2, c.layout, c.modes, 2.5);
        for (int k = 0; k < c.modes; ++k) request.target_weight.push_back(2.0 * (k + 1) / (c.modes * (c.modes + 1.0)));
        const ComponentsSetup setup(request);
        components::Payload plain = setup.problem();
        plain.table = {};
        plain.target = rule_of(1e-14);
        ASSERT_GT(setup.problem().table.functions, 0);
        EXPECT_LE(setup.table().error, 1e-3 * request.expectation_error);
        std::vector<double> memory(Expectations<double>::words(plain)), other(memory);
        Expectations<double> nodes(plain, memory.data()), table(setup.problem(), other.data());
        double twin = 0.0;
        for (unsigned seed = 1; seed <= 20; ++seed) {
            Points means = support::random_points(2, 2, 1.0, seed);
            for (auto& mean : means)
                for (double& x : mean) x *= 2.4 / std::sqrt(support::dot(mean, mean));
            means[1][0] = 1e3;  // outside of the table
            const ComponentsState y = support::state_of(setup, means, request.modes, {0.0, 0.0});
            for (const int i : {0, 1}) {
                nodes.target_of(y.view, i, Asked::shares_and_log);
                table.target_of(y.view, i, Asked::shares_and_log);
                for (int k = 0; k < c.modes; ++k) EXPECT_NEAR(table.target[i][k], nodes.target[i][k], 5e-6);
                EXPECT_NEAR(table.target_log[i], nodes.target_log[i], 5e-6 * (i == 0 ? 1.0 : 1e3));
            }
            twin = std::max(twin, std::fabs(table.target[0][0] - nodes.target[0][1]));
        }
        EXPECT_GT(twin, 0.1);
    }
}

// Modes so far apart that a table would be larger than it is worth: the rule about the component stays.
TEST(ComponentsExpectation, NoTableWhereItWouldBeTooLarge) {
    for (const Layout layout : {Layout::antipodal, Layout::simplex})
        for (const double radius : {300.0, 3e3, 1e6}) {
            const int modes = layout == Layout::antipodal ? 2 : 3;
            const auto request = support::components_request(2, layout, modes, radius);
            if (layout == Layout::simplex || radius > 1e5) {  // and no rule either: 10^7 nodes and more
                EXPECT_THROW(ComponentsSetup{request}, std::domain_error) << radius;
                continue;
            }
            const ComponentsSetup setup(request);
            EXPECT_EQ(setup.problem().table.functions, 0) << radius;
            std::vector<double> memory(Expectations<double>::words(setup.problem()));
            Expectations<double> nodes(setup.problem(), memory.data());
            const ComponentsState y =
                support::state_of(setup, {{0.0, 0.0, 1.0}, {radius, 0.0, 0.0}},
                                  components::coordinates_of({layout, modes, radius, 3.0, 0.0}), {0.0, 0.0});
            nodes.target_of(y.view, 1, Asked::shares);
            EXPECT_NEAR(nodes.target[1][0], 1.0, 1e-6) << radius;
        }
}

}  // namespace
}  // namespace modecollapse
