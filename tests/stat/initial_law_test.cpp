// Proves: the start is that of two independent uniform points of the sphere in R^d, for d from 2 to 10^9: each of m1,
// m2 and s has the law (1 + m)/2 ~ Beta((d - 1)/2, (d - 1)/2), their moments and mixed moments are right, and d = 2 is
// exactly planar.
#include "modecollapse/mixture/initial_law.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/mixture/setup.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/initial_law_checks.hpp"

namespace modecollapse {
namespace {

using support::coordinate_law;
using support::largest_moment_z;
using support::p_values;

constexpr std::uint64_t seed = 20250101;

std::vector<State> starts(double dimension, int count) {
    std::vector<State> result;
    const InitialLaw<double, Random123Words> law({}, seed, dimension);
    for (int i = 0; i < count; ++i) {
        const auto id = static_cast<std::uint64_t>(i);
        result.push_back(law(&id));
    }
    return result;
}

class InitialLawAt : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, InitialLawAt, testing::Values(2.0, 3.0, 4.0, 5.0, 10.0, 100.0, 1e6, 1e9));

// 24 tests over all dimensions; alpha = 1e-4 for the family, so p > 1e-4 / 24 each. Power: a d wrong by 20 % moves the
// standard deviation by 10 % and the distribution by 0.024, which at n = 30000 is sqrt(n) D = 4.2, p = 1e-15.
TEST_P(InitialLawAt, CoordinatesFollowTheBetaLaw) {
    constexpr double alpha = 1e-4 / 24.0;
    const double dimension = GetParam();
    const std::vector<State> states = starts(dimension, 30000);
    const std::vector<double> p = p_values(states, dimension);
    RecordProperty("p_values", support::digits(p[0]) + " " + support::digits(p[1]) + " " + support::digits(p[2]));
    for (const double value : p) EXPECT_GT(value, alpha);
    for (const double value : p_values(states, std::ceil(1.2 * dimension))) EXPECT_LT(value, alpha);  // twin: wrong d
    if (dimension > 100.0) return;
    // twin: plain normals of variance 1/d, not scaled to the sphere
    std::vector<double> normals;
    for (int i = 0; i < 30000; ++i) {
        const Words w =
            Random123Words{}(seed, counter_of(Purpose::initial_directions, 7, static_cast<std::uint64_t>(i)));
        normals.push_back(normal_pair(uniform_52(w.value[0], w.value[1]), uniform_52(w.value[2], w.value[3])).first /
                          std::sqrt(dimension));
    }
    const double p_normal = support::kolmogorov_smirnov(normals, coordinate_law(dimension)).p_value;
    if (dimension <= 10.0) {
        EXPECT_LT(p_normal, alpha);
    } else {
        EXPECT_GT(p_normal, alpha);  // at d = 100 the two laws differ by less than 0.002: no power, and none claimed
    }
}

// 8 dimensions times 15 moments; alpha = 1e-4 for the family. Power: the relative standard error of a variance is
// sqrt(2 / 400000) = 0.22 % (less at small d), so a d wrong by 3 % is 13 standard errors.
TEST_P(InitialLawAt, MomentsOfTwoIndependentDirections) {
    const double dimension = GetParam(), bound = support::largest_z(1e-4, 120);
    const std::vector<State> states = starts(dimension, 400000);
    std::string where;
    const double largest = largest_moment_z(states, dimension, &where);
    RecordProperty("largest_z", support::digits(largest) + " (" + where + ")");
    EXPECT_LT(largest, bound) << where;
    EXPECT_GT(largest_moment_z(states, 1.03 * dimension), bound);  // twin: wrong d
    if (dimension > 100.0)
        return;  // E m1 m2 s = 1/d^2 has a standard error of d^(-3/2) / sqrt(n): seen up to d = 1000 or so
    std::vector<State> shuffled = states;  // twin: s of another trajectory
    for (std::size_t i = 0; i < shuffled.size(); ++i) shuffled[i].u = states[(i + 1) % states.size()].u;
    EXPECT_GT(largest_moment_z(shuffled, dimension), bound);
}

TEST(InitialLaw, ThePlaneIsExactlyPlanar) {
    double largest = 0.0, largest_above = 0.0;
    for (const State& y : starts(2.0, 100000))
        largest = std::max(largest, std::fabs(y.u * (2.0 - y.u) - std::pow(y.m1 - y.m2, 2) - 2.0 * y.m1 * y.m2 * y.u));
    for (const State& y : starts(3.0, 1000)) {
        const double determinant = y.u * (2.0 - y.u) - std::pow(y.m1 - y.m2, 2) - 2.0 * y.m1 * y.m2 * y.u;
        EXPECT_GE(determinant, -1e-12);
        largest_above = std::max(largest_above, determinant);
    }
    EXPECT_LT(largest, 1e-12);
    EXPECT_GT(largest_above, 0.5);  // twin: d = 3 fills the space
}

TEST(InitialLaw, EveryStartIsAdmissible) {
    for (const double dimension : {2.0, 3.0, 4.0, 1e3, 1e9})
        for (const State& y : starts(dimension, 20000))
            ASSERT_GE(support::smallest_gram_eigenvalue(y), -1e-12) << dimension;
}

// Common random numbers: the draws know nothing of the radius or the weights. States after a time too short to move.
TEST(InitialLaw, TheSameDrawsAtEveryRadius) {
    const auto first_states = [](const Problem& problem, std::uint64_t seed_used) {
        GradientFlowPayload run = support::untrapped(support::flow_of(problem), 1.0, 1e-12, 1e-6);
        support::Records records(1000);
        run_trajectories_on_cpu(
            {&run, Precision::double_precision, seed_used, 30.0, 0, 1000, nullptr, records.pointers()},
            {2, best_cpu_isa()});
        return records.m1;
    };
    const std::vector<double> a = first_states(support::problem_of(0.7, 0.5, 0.5), 1),
                              b = first_states(support::problem_of(3.0, 0.9, 0.2), 1),
                              other = first_states(support::problem_of(0.7, 0.5, 0.5), 2);
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_NEAR(a[i], b[i], 1e-10);
        EXPECT_NE(a[i], other[i]);  // twin: another seed
    }
}

}  // namespace
}  // namespace modecollapse
