// Proves, by the exact law of all ways an experiment can go: intervals that share the level of error among the looks
// cover with at least 0.95 wherever the rule stops, and the estimate has no bias. Twins: intervals of 0.95 at every
// look do not cover, and the share of successes is biased. And the same of the rule as it runs, on drawn trials.
#include "host/statistics/sequential.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "host/statistics/unbiased_share.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

struct Experiment {
    LookSchedule schedule;
    StoppingRule rule;
    double confidence = 0.95;  // of all looks together

    // The wrong rule that this program once had: 0.95 at every look.
    Experiment uncorrected() const { return {schedule, rule, 1.0 - 0.05 * static_cast<double>(schedule.looks())}; }
    Interval interval(const TrialCounts& counts) const { return spent_interval(counts, schedule.looks(), confidence); }
    bool stops(const TrialCounts& counts, std::uint64_t look) const {
        return look == schedule.looks() || rule.stops_at(interval(counts));
    }
};

const Experiment usual = {{50, 800}, {0.1, {0.1, 0.5}, 0.03}};
const Experiment sides = {{16, 1024}, {1.0, {0.3}, 0.001}};  // only asks on which side of the level P lies

// What the stopped experiment says, averaged over its law.
struct Average {
    double total = 0.0, covered = 0.0, estimate = 0.0, share = 0.0, square = 0.0;
    double standard_deviation() const { return std::sqrt(square - estimate * estimate); }
};

Average average_of(const Experiment& experiment, double p) {
    const UnbiasedShare unbiased(experiment.schedule, experiment.rule, experiment.confidence);
    constexpr double negligible = 1e-17;
    std::vector<double> going = {1.0};  // probability of every number of successes, the rule having gone on so far
    Average average;
    for (std::uint64_t look = 1; look <= experiment.schedule.looks(); ++look) {
        const std::uint64_t more = experiment.schedule.trials_at(look) - experiment.schedule.trials_at(look - 1);
        const boost::math::binomial_distribution<> law(static_cast<double>(more), p);
        std::vector<std::pair<std::size_t, double>> steps;
        for (std::uint64_t i = 0; i <= more; ++i)
            if (const double chance = boost::math::pdf(law, static_cast<double>(i)); chance > negligible)
                steps.emplace_back(i, chance);
        std::vector<double> reached(going.size() + more, 0.0);
        for (std::size_t s = 0; s < going.size(); ++s)
            if (going[s] > negligible)
                for (const auto& [i, chance] : steps) reached[s + i] += going[s] * chance;
        const auto trials = static_cast<std::int64_t>(experiment.schedule.trials_at(look));
        for (std::size_t s = 0; s < reached.size(); ++s) {
            if (reached[s] < negligible) continue;
            const TrialCounts counts = {static_cast<std::int64_t>(s), 0, trials};
            if (!experiment.stops(counts, look)) continue;
            const double estimate = unbiased(counts);
            const Interval interval = experiment.interval(counts);
            average.total += reached[s];
            if (interval.low <= p && p <= interval.high) average.covered += reached[s];
            average.estimate += reached[s] * estimate;
            average.square += reached[s] * estimate * estimate;
            average.share += reached[s] * share_of(counts);
            reached[s] = 0.0;
        }
        going = std::move(reached);
    }
    return average;
}

TEST(Sequential, CoversAndHasNoBiasWhereverTheRuleStops) {
    for (const double p : {0.1, 0.5, 0.095, 0.11, 0.49, 0.53, 0.04, 0.002, 0.2, 0.97}) {
        const Average average = average_of(usual, p);
        RecordProperty("coverage_at_" + std::to_string(p), support::digits(average.covered));
        EXPECT_NEAR(average.total, 1.0, 1e-12) << p;
        EXPECT_GE(average.covered, 0.95) << p;
        EXPECT_LT(std::fabs(average.estimate - p), 1e-3 * average.standard_deviation()) << p;
    }
    for (const double p : {0.3, 0.29, 0.33, 0.04}) {
        const Average average = average_of(sides, p);
        EXPECT_GE(average.covered, 0.95) << p;
        EXPECT_LT(std::fabs(average.estimate - p), 1e-3 * average.standard_deviation()) << p;
    }
    // twins
    EXPECT_LT(average_of(usual.uncorrected(), 0.1).covered, 0.9);
    EXPECT_LT(average_of(sides.uncorrected(), 0.3).covered, 0.85);
    EXPECT_LT(average_of(usual, 0.04).share, 0.9 * 0.04);
}

// Of many trials the estimate takes the normal law on a lattice for the hypergeometric one.
TEST(Sequential, HasNextToNoBiasOfManyTrials) {
    const Experiment many = {{40000, 80000}, {0.02, {0.5}, 0.001}};
    const Average average = average_of(many, 0.495);
    const double bound = 1e-3 * average.standard_deviation();
    EXPECT_LT(std::fabs(average.estimate - 0.495), bound);
    EXPECT_GT(std::fabs(average.share - 0.495), 50.0 * bound);  // twin
}

// 60 experiments stopped by their own intervals. If each covers with 0.95, fewer than `least` of them do with
// probability below 1e-4; on its level the uncorrected rule misses that bound.
TEST(Sequential, CoversOnDrawnTrials) {
    constexpr int experiments = 60;
    const auto covering = [](const Experiment& experiment, double p, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        int covered = 0;
        for (int i = 0; i < experiments; ++i) {
            TrialCounts counts;
            for (std::uint64_t look = 1;; ++look) {
                std::binomial_distribution<std::int64_t> draw(
                    static_cast<std::int64_t>(experiment.schedule.trials_at(look)) - counts.trials, p);
                counts.successes += draw(random);
                counts.trials = static_cast<std::int64_t>(experiment.schedule.trials_at(look));
                if (experiment.stops(counts, look)) break;
            }
            const Interval interval = experiment.interval(counts);
            covered += interval.low <= p && p <= interval.high;
        }
        return covered;
    };
    const Experiment longer = {{16, 1 << 20}, {1.0, {0.3}, 0.0001}};
    int least = experiments;
    while (boost::math::cdf(boost::math::binomial_distribution<>(experiments, 0.95), least - 1) > 1e-4) --least;
    for (const double p : {0.3, 0.31, 0.04}) EXPECT_GE(covering(longer, p, 4), least) << p;
    EXPECT_LT(covering(longer.uncorrected(), 0.3, 4), least);  // twin
}

TEST(Sequential, LooksDoubleUpToTheMost) {
    const LookSchedule schedule = {100, 1000};
    EXPECT_EQ(schedule.looks(), 5u);
    const std::uint64_t expected[] = {0, 100, 200, 400, 800, 1000};
    for (std::uint64_t k = 0; k <= 5; ++k) EXPECT_EQ(schedule.trials_at(k), expected[k]);
    EXPECT_EQ(schedule.trials_at(6), 1000u);
    EXPECT_EQ(schedule.looks_made(99), 0u);
    EXPECT_EQ(schedule.looks_made(100), 1u);
    EXPECT_EQ(schedule.looks_made(799), 3u);
    EXPECT_EQ(schedule.looks_made(1000), 5u);
    EXPECT_EQ((LookSchedule{500, 100}.looks()), 1u);
    EXPECT_EQ((LookSchedule{500, 100}.trials_at(1)), 500u);
    EXPECT_EQ((LookSchedule{1, 1000000000000000}.looks()), 51u);
}

TEST(Sequential, SharesTheErrorAmongTheLooks) {
    const TrialCounts counts = {30, 0, 100};
    for (const std::uint64_t looks : {1, 2, 10}) {
        const Interval expected = clopper_pearson(30, 100, 1.0 - 0.05 / static_cast<double>(looks)),
                       interval = spent_interval(counts, looks);
        EXPECT_DOUBLE_EQ(interval.low, expected.low);
        EXPECT_DOUBLE_EQ(interval.high, expected.high);
    }
    EXPECT_EQ(spent_interval(counts, 1).low, clopper_pearson(30, 100).low);
}

TEST(Sequential, StopsAtTheWidthOfWhereItIs) {
    const StoppingRule rule = {0.1, {0.3, 0.7}, 0.02};
    EXPECT_TRUE(rule.stops_at({0.4, 0.5}));
    EXPECT_FALSE(rule.stops_at({0.4, 0.51}));
    EXPECT_FALSE(rule.stops_at({0.25, 0.31}));
    EXPECT_TRUE(rule.stops_at({0.69, 0.705}));
    EXPECT_TRUE(StoppingRule{}.stops_at({0.0, 1.0}));
}

// By hand: looks at 2 and 4 trials, the rule goes on only with one success in two. So wherever it ends after four,
// its first two trials held a share of 1/2, also where the plain share is 3/4.
TEST(UnbiasedShare, OfAFewTrialsByHand) {
    const UnbiasedShare unbiased({2, 4}, {0.93, {}, 1.0});
    EXPECT_EQ(unbiased({0, 0, 2}), 0.0);
    EXPECT_EQ(unbiased({2, 0, 2}), 1.0);
    EXPECT_DOUBLE_EQ(unbiased({2, 0, 4}), 0.5);
    EXPECT_DOUBLE_EQ(unbiased({3, 0, 4}), 0.5);
    EXPECT_DOUBLE_EQ(unbiased({1, 0, 4}), 0.5);
}

TEST(UnbiasedShare, IsTheShareWhereNothingWasDecidedByLooking) {
    EXPECT_DOUBLE_EQ(UnbiasedShare({100, 100}, usual.rule)({30, 0, 100}), 0.3);
    EXPECT_DOUBLE_EQ(UnbiasedShare({100, 1600}, {1e-9, {}, 1e-9})({480, 0, 1600}), 0.3);
    EXPECT_DOUBLE_EQ(UnbiasedShare({100, 1600}, usual.rule)({20, 0, 80}),
                     0.25);  // stopped from outside before the first look
    EXPECT_TRUE(std::isnan(UnbiasedShare({100, 1600}, usual.rule)({})));
}

TEST(UnbiasedShare, FailedTrialsAreNeitherSuccessesNorNone) {
    const UnbiasedShare unbiased({50, 800}, usual.rule);
    EXPECT_DOUBLE_EQ(unbiased({10, 10, 50}), 0.25);
    EXPECT_TRUE(std::isnan(unbiased({10, 30, 50})));
    // one of 800 changes next to nothing
    EXPECT_NEAR(unbiased({80, 1, 800}), unbiased({80, 0, 800}), 1e-3);
}

}  // namespace
}  // namespace modecollapse
