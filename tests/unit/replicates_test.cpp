// Proves, by hand: the standard error of a mean of replicates divides by n - 1, its interval takes Student's law of n - 1
// degrees of freedom and covers where it should; means from sums say NaN where nothing is known, never 0; the standard
// error of a share is sqrt(p (1 - p) / n).
#include "host/statistics/replicates.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "host/statistics/moments.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

// 1, 2, 3, 4: variance 5/3, so an error of sqrt(5/12); quantiles of t from its table: t_1 12.706, t_3 3.18245.
TEST(Replicates, KnownValues) {
    const ReplicateMean four = replicate_mean({1.0, 2.0, 3.0, 4.0});
    EXPECT_DOUBLE_EQ(four.mean, 2.5);
    EXPECT_NEAR(four.standard_error, std::sqrt(5.0 / 12.0), 1e-15);
    EXPECT_NEAR(four.interval.high - 2.5, 3.182446 * four.standard_error, 1e-6);
    EXPECT_NEAR(2.5 - four.interval.low, 3.182446 * four.standard_error, 1e-6);
    const ReplicateMean two = replicate_mean({0.0, 1.0});
    EXPECT_DOUBLE_EQ(two.standard_error, 0.5);
    EXPECT_NEAR(two.interval.high, 0.5 + 0.5 * 12.7062, 1e-4);
    EXPECT_THROW(replicate_mean({1.0}), std::domain_error);
    EXPECT_THROW(replicate_mean({1.0, 2.0}, 1.0), std::domain_error);
    EXPECT_TRUE(std::isnan(replicate_mean({1.0, unknown}).standard_error));
}

// Normal replicates, three of them: Student's interval covers with 0.95, within the binomial error (alpha = 1e-4); the
// normal quantile (twin), or an error that divides by n, does not.
TEST(Replicates, TheIntervalCovers) {
    constexpr int repetitions = 20000;
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    int covered = 0, by_normal = 0, by_n = 0;
    for (int i = 0; i < repetitions; ++i) {
        const ReplicateMean m = replicate_mean({normal(random), normal(random), normal(random)});
        covered += m.interval.low <= 0.0 && 0.0 <= m.interval.high;
        by_normal += std::fabs(m.mean) <= 1.96 * m.standard_error;
        by_n += std::fabs(m.mean) <= 0.5 * (m.interval.high - m.interval.low) * std::sqrt(2.0 / 3.0);
    }
    const double bound = 3.9 * std::sqrt(0.95 * 0.05 / repetitions);
    EXPECT_NEAR(covered / double(repetitions), 0.95, bound);
    EXPECT_LT(by_normal / double(repetitions), 0.95 - bound);
    EXPECT_LT(by_n / double(repetitions), 0.95 - bound);
}

// The same four values from their sums: 10 and 30.
TEST(Moments, MeanAndErrorFromSums) {
    const MeanOfSums four = mean_of_sums(4.0, 10.0, 30.0);
    EXPECT_DOUBLE_EQ(four.mean, 2.5);
    EXPECT_NEAR(four.standard_error, std::sqrt(5.0 / 12.0), 1e-15);
    EXPECT_EQ(mean_of_sums(3.0, 0.3, 0.03 - 1e-15).standard_error, 0.0);  // equal values: what rounding leaves is cut
}

TEST(Moments, WhatIsUnknownIsNaN) {
    EXPECT_TRUE(std::isnan(mean_of_sums(0.0, 0.0, 0.0).mean));
    EXPECT_EQ(mean_of_sums(1.0, 2.0, 4.0).mean, 2.0);
    EXPECT_TRUE(std::isnan(mean_of_sums(1.0, 2.0, 4.0).standard_error));
    // sums that have overflowed, or were fed a NaN: std::max(0.0, x) made 0 of these
    for (const auto& [sum, squares] :
         {std::pair(1e200, infinity), {infinity, infinity}, {unknown, unknown}, {1.0, unknown}})
        EXPECT_TRUE(std::isnan(mean_of_sums(4.0, sum, squares).standard_error)) << sum << " " << squares;
    EXPECT_TRUE(std::isnan(mean_of_sums(4.0, infinity, infinity).mean));
}

TEST(StandardErrorOfAShare, KnownValues) {
    EXPECT_DOUBLE_EQ(standard_error_of({36, 0, 100}), 0.048);  // sqrt(0.36 * 0.64 / 100)
    EXPECT_DOUBLE_EQ(standard_error_of({50, 0, 100}), 0.05);
    EXPECT_TRUE(std::isnan(standard_error_of({0, 0, 100})));  // no spread was seen
    EXPECT_TRUE(std::isnan(standard_error_of({100, 0, 100})));
}

}  // namespace
}  // namespace modecollapse
