// Proves: the binomial intervals have their closed forms and their coverage, computed exactly by summing the binomial
// law; the Kolmogorov-Smirnov tests give uniform p-values under the null hypothesis and small ones otherwise.
#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "host/statistics/binomial.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse {
namespace {

TEST(ClopperPearson, ClosedFormsAtTheEnds) {
    for (const std::int64_t n : {1, 10, 2000, 1000000000})
        for (const double confidence : {0.9, 0.95, 0.999}) {
            const double tail = 0.5 * (1.0 - confidence);
            const double expected = -std::expm1(std::log(tail) / static_cast<double>(n));  // 1 - tail^(1/n)
            EXPECT_EQ(clopper_pearson(0, n, confidence).low, 0.0);
            EXPECT_NEAR(clopper_pearson(0, n, confidence).high / expected, 1.0, 1e-9);
            EXPECT_EQ(clopper_pearson(n, n, confidence).high, 1.0);
            EXPECT_NEAR((1.0 - clopper_pearson(n, n, confidence).low) / expected, 1.0, 1e-6);
        }
}

// By definition P(X >= k) = tail at the lower end and P(X <= k) = tail at the upper one.
TEST(ClopperPearson, InvertsTheBinomialTest) {
    using boost::math::binomial_distribution;
    for (const std::int64_t n : {5, 40, 2000})
        for (const std::int64_t k : {std::int64_t(1), n / 3, n / 2, n - 1}) {
            const Interval interval = clopper_pearson(k, n);
            const auto at_least = boost::math::cdf(
                complement(binomial_distribution<>(static_cast<double>(n), interval.low), static_cast<double>(k - 1)));
            const auto at_most = boost::math::cdf(binomial_distribution<>(static_cast<double>(n), interval.high),
                                                  static_cast<double>(k));
            EXPECT_NEAR(at_least, 0.025, 1e-8);
            EXPECT_NEAR(at_most, 0.025, 1e-8);
            const Interval mirrored = clopper_pearson(n - k, n);
            EXPECT_NEAR(mirrored.low, 1.0 - interval.high, 1e-12);
        }
}

struct Coverage {
    double smallest = 1.0;
    double mean = 0.0;
};

// P(interval holds p) over a grid of p, by the binomial law.
template <class IntervalOf>
Coverage coverage(std::int64_t n, const IntervalOf& interval_of) {
    std::vector<Interval> intervals;
    for (std::int64_t k = 0; k <= n; ++k) intervals.push_back(interval_of(k, n));
    constexpr int grid = 999;
    Coverage result;
    for (int i = 1; i <= grid; ++i) {
        const double p = static_cast<double>(i) / (grid + 1);
        const boost::math::binomial_distribution<> law(static_cast<double>(n), p);
        double covered = 0.0;
        for (std::int64_t k = 0; k <= n; ++k)
            if (intervals[k].low <= p && p <= intervals[k].high)
                covered += boost::math::pdf(law, static_cast<double>(k));
        result.smallest = std::min(result.smallest, covered);
        result.mean += covered / grid;
    }
    return result;
}

TEST(ClopperPearson, CoversWithAtLeastTheConfidence) {
    for (const std::int64_t n : {10, 50, 200}) {
        const Coverage exact = coverage(n, [](std::int64_t k, std::int64_t m) { return clopper_pearson(k, m); });
        RecordProperty("smallest_at_n_" + std::to_string(n), support::digits(exact.smallest));
        EXPECT_GE(exact.smallest, 0.95);
        // twins: a lower confidence, and the normal approximation
        EXPECT_LT(coverage(n, [](std::int64_t k, std::int64_t m) { return clopper_pearson(k, m, 0.9); }).smallest,
                  0.95);
        EXPECT_LT(coverage(n,
                           [](std::int64_t k, std::int64_t m) {
                               const double p = static_cast<double>(k) / static_cast<double>(m);
                               const double half = 1.96 * std::sqrt(p * (1.0 - p) / static_cast<double>(m));
                               return Interval{p - half, p + half};
                           })
                      .smallest,
                  0.95);
    }
}

TEST(Wilson, CoversWithTheConfidenceOnAverage) {
    for (const std::int64_t n : {10, 50, 200}) {
        const Coverage score = coverage(n, [](std::int64_t k, std::int64_t m) { return wilson(k, m); });
        RecordProperty("mean_at_n_" + std::to_string(n), support::digits(score.mean));
        EXPECT_NEAR(score.mean, 0.95, 0.01);
        EXPECT_LT(coverage(n, [](std::int64_t k, std::int64_t m) { return wilson(k, m, 0.9); }).mean, 0.94);  // twin
    }
}

// The ends p of the interval solve (k/n - p)^2 = z^2 p (1 - p) / n.
TEST(Wilson, EndsSolveTheScoreEquation) {
    const double z = boost::math::quantile(boost::math::complement(boost::math::normal_distribution<>(), 0.025));
    for (const std::int64_t k : {0, 1, 37, 500, 1000}) {
        const Interval interval = wilson(k, 1000);
        for (const double p : {interval.low, interval.high}) {
            if (p == 0.0 || p == 1.0) continue;
            EXPECT_NEAR(std::pow(k / 1000.0 - p, 2), z * z * p * (1.0 - p) / 1000.0, 1e-12);
        }
        EXPECT_LE(interval.low, k / 1000.0);
        EXPECT_GE(interval.high, k / 1000.0);
    }
}

TEST(BinomialIntervals, RefuseImpossibleCounts) {
    using IntervalOf = Interval (*)(std::int64_t, std::int64_t, double);
    for (const IntervalOf interval_of : {static_cast<IntervalOf>(clopper_pearson), static_cast<IntervalOf>(wilson)}) {
        EXPECT_THROW(interval_of(-1, 10, 0.95), std::domain_error);
        EXPECT_THROW(interval_of(11, 10, 0.95), std::domain_error);
        EXPECT_THROW(interval_of(0, 0, 0.95), std::domain_error);
        EXPECT_THROW(interval_of(1, 10, 0.0), std::domain_error);
        EXPECT_THROW(interval_of(1, 10, 1.0), std::domain_error);
        EXPECT_THROW(interval_of(1, 10, std::numeric_limits<double>::quiet_NaN()), std::domain_error);
    }
}

// Quantiles of the limit law in the tables: P(K > 1.2239) = 0.10, 1.3581: 0.05, 1.6276: 0.01, 1.9495: 0.001.
TEST(KolmogorovSmirnov, LimitLaw) {
    const double table[][2] = {{1.2238, 0.10}, {1.3581, 0.05}, {1.6276, 0.01}, {1.9495, 0.001}};
    for (const auto& [x, p] : table) EXPECT_NEAR(support::kolmogorov_survival(x) / p, 1.0, 1e-3) << x;
    EXPECT_EQ(support::kolmogorov_survival(0.0), 1.0);
    EXPECT_NEAR(support::kolmogorov_survival(0.2), 1.0, 1e-10);
    EXPECT_NEAR(support::kolmogorov_survival(std::nextafter(0.5, 0.0)), support::kolmogorov_survival(0.5),
                1e-12);  // where the series changes
    for (double x = 0.05; x < 3.0; x += 0.05)
        EXPECT_LT(support::kolmogorov_survival(x + 0.05), support::kolmogorov_survival(x) + 1e-15);
}

// Critical values of D_n itself, exact for finite n [Massey, JASA 46 (1951) 68, table 1]. Stephens' form is good to 2 % of
// p here; without its 0.12 or its 0.11 / sqrt(n), or with the limit law alone (twins), p is off by more.
TEST(KolmogorovSmirnov, SmallSamplesByStephensForm) {
    const auto p_value = [](double n, double statistic) {
        // a sample with that statistic: the points of the lattice (i + 1/2) / n moved so far that the first is `statistic`
        std::vector<double> sample;
        for (int i = 0; i < static_cast<int>(n); ++i) sample.push_back(std::max(statistic, (i + 0.5) / n));
        const support::KolmogorovSmirnov result =
            support::kolmogorov_smirnov(sample, [](double x) { return std::min(1.0, x); });
        EXPECT_NEAR(result.statistic, statistic, 1e-12);
        return result.p_value;
    };
    const double table[][3] = {{5, 0.510, 0.10},    {10, 0.36866, 0.10}, {10, 0.40925, 0.05}, {10, 0.48893, 0.01},
                               {20, 0.26473, 0.10}, {20, 0.29408, 0.05}, {20, 0.35241, 0.01}};
    for (const auto& [n, statistic, p] : table) {
        EXPECT_NEAR(p_value(n, statistic) / p, 1.0, 0.06) << n << " " << p;
        const double root = std::sqrt(n);
        EXPECT_GT(support::kolmogorov_survival(root * statistic) / p, 1.15);  // twin: the limit law alone
        EXPECT_GT(support::kolmogorov_survival((root + 0.11 / root) * statistic) / p, 1.1);  // twin: without 0.12
    }
}

double uniform_cdf(double x) { return std::min(1.0, std::max(0.0, x)); }

// p-values of repeated tests on samples of `n` from the uniform law, pushed through x -> x^power.
std::vector<double> p_values(int repetitions, int n, double power) {
    std::mt19937_64 random(17);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    std::vector<double> result, sample(n);
    for (int i = 0; i < repetitions; ++i) {
        for (double& x : sample) x = std::pow(unit(random), power);
        result.push_back(support::kolmogorov_smirnov(sample, uniform_cdf).p_value);
    }
    return result;
}

// The p-values must be uniform themselves: a KS test of KS tests. Under the null hypothesis D sqrt(2000) exceeds 2.23
// with probability 1e-4; Stephens' form is off by less than 0.005 in p at n = 50, which adds at most that to D.
TEST(KolmogorovSmirnov, PValuesAreUniformUnderTheNullHypothesis) {
    constexpr int repetitions = 2000;
    const double bound = 2.23 / std::sqrt(repetitions) + 0.005;
    for (const int n : {50, 1000}) {
        std::vector<double> p = p_values(repetitions, n, 1.0);
        const double statistic = support::kolmogorov_smirnov(p, uniform_cdf).statistic;
        RecordProperty("statistic_at_n_" + std::to_string(n), support::digits(statistic));
        EXPECT_LT(statistic, bound);
        // twins: another law; a bound multiplied by sqrt(n) instead of divided, which could never fail
        std::vector<double> wrong = p_values(repetitions, n, 1.15);
        EXPECT_GT(support::kolmogorov_smirnov(wrong, uniform_cdf).statistic, bound);
        EXPECT_LT(1.0, 2.23 * std::sqrt(repetitions));
    }
}

TEST(KolmogorovSmirnov, StatisticOfAKnownSample) {
    std::vector<double> sample = {0.6, 0.1, 0.4, 0.9};
    // (sqrt(4) + 0.12 + 0.11 / sqrt(4)) 0.15 = 0.32625
    EXPECT_DOUBLE_EQ(support::kolmogorov_smirnov(sample, uniform_cdf).p_value, support::kolmogorov_survival(0.32625));
    // steps at 0.1, 0.4, 0.6, 0.9: largest distance to F(x) = x is 0.15, just after 0.1 and just before 0.4, 0.6, 0.9
    EXPECT_NEAR(support::kolmogorov_smirnov(sample, uniform_cdf).statistic, 0.15, 1e-15);
    std::vector<double> first = {1.0, 2.0, 3.0, 4.0}, second = {2.5, 3.5, 4.5, 5.5};
    EXPECT_NEAR(support::kolmogorov_smirnov(first, second).statistic, 0.5, 1e-15);
    std::vector<double> same = {1.0, 2.0, 2.0, 3.0}, ties = {2.0, 1.0, 3.0, 2.0};
    EXPECT_EQ(support::kolmogorov_smirnov(same, ties).statistic, 0.0);
    std::vector<double> empty;
    EXPECT_THROW(support::kolmogorov_smirnov(empty, uniform_cdf), std::invalid_argument);
    EXPECT_THROW(support::kolmogorov_smirnov(first, empty), std::invalid_argument);
}

TEST(KolmogorovSmirnov, TwoSamples) {
    std::mt19937_64 random(18);
    std::normal_distribution<double> normal;
    std::vector<double> p;
    for (int i = 0; i < 1000; ++i) {
        std::vector<double> first(300), second(500);
        for (double& x : first) x = normal(random);
        for (double& x : second) x = normal(random);
        p.push_back(support::kolmogorov_smirnov(first, second).p_value);
    }
    // as above; the two-sample statistic moves in steps of 1/1500, which costs another 0.02 in p
    EXPECT_LT(support::kolmogorov_smirnov(p, uniform_cdf).statistic, 2.23 / std::sqrt(1000.0) + 0.025);
    std::vector<double> first(30000), second(50000);
    for (double& x : first) x = normal(random);
    for (double& x : second) x = normal(random) + 0.05;  // twin: shifted by 1/20 of the standard deviation
    EXPECT_LT(support::kolmogorov_smirnov(first, second).p_value, 1e-6);
}

}  // namespace
}  // namespace modecollapse
