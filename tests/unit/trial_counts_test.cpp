// Proves: a failed trial is neither a success nor none. p leaves it out and is unknown when more than half failed; the
// interval covers whatever the failed trials would have been, where the interval without them does not.
#include "host/statistics/trial_counts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>

namespace modecollapse {
namespace {

TEST(TrialCounts, TheShareLeavesFailedTrialsOut) {
    EXPECT_EQ(share_of({30, 0, 100}), 0.3);
    EXPECT_EQ(share_of({30, 40, 100}), 0.5);
    EXPECT_EQ(share_of({50, 50, 100}), 1.0);
    EXPECT_TRUE(std::isnan(share_of({49, 51, 100})));
    EXPECT_TRUE(std::isnan(share_of({0, 1, 1})));
    EXPECT_TRUE(std::isnan(share_of(TrialCounts{})));
    EXPECT_EQ(share_of(0.3, 0.4), share_of({30, 40, 100}));
    EXPECT_TRUE(std::isnan(share_of(0.3, 0.51)));
    EXPECT_EQ(share_of(1.0 + 4e-16, 0.0), 1.0);  // as sums of slices round
    EXPECT_EQ(share_of(-1e-17, 0.0), 0.0);
    EXPECT_TRUE(is_known(TrialCounts{50, 50, 100}));
    EXPECT_FALSE(is_known(TrialCounts{49, 51, 100}));
    EXPECT_FALSE(is_known(TrialCounts{}));
    EXPECT_TRUE(is_known(0.5));  // of weighted trials
    EXPECT_FALSE(is_known(0.501));
    EXPECT_DOUBLE_EQ(share_of(0.1, 0.2), 0.125);
    EXPECT_TRUE(std::isnan(share_of(0.1, 0.6)));
}

TEST(TrialCounts, TheStandardErrorIsOfTheTrialsThatAreLeft) {
    EXPECT_DOUBLE_EQ(standard_error_of({30, 40, 100}), std::sqrt(0.25 / 60.0));
    for (const TrialCounts& none : {TrialCounts{0, 0, 100}, TrialCounts{100, 0, 100}, TrialCounts{10, 60, 100}})
        EXPECT_TRUE(std::isnan(standard_error_of(none)));
}

TEST(TrialCounts, BoundsTakeFailedTrialsForTheWorst) {
    EXPECT_EQ(clopper_pearson({30, 0, 100}).low, clopper_pearson(30, 100).low);
    EXPECT_EQ(clopper_pearson({30, 0, 100}).high, clopper_pearson(30, 100).high);
    EXPECT_EQ(clopper_pearson({30, 12, 100}).low, clopper_pearson(30, 100).low);
    EXPECT_EQ(clopper_pearson({30, 12, 100}).high, clopper_pearson(42, 100).high);
    EXPECT_EQ(clopper_pearson({0, 100, 100}).low, 0.0);
    EXPECT_EQ(clopper_pearson({0, 100, 100}).high, 1.0);
    EXPECT_EQ(wilson({30, 12, 100}).high, wilson(42, 100).high);
    EXPECT_THROW(clopper_pearson({60, 50, 100}), std::domain_error);
    EXPECT_THROW(clopper_pearson({1, -1, 100}), std::domain_error);
}

// P = 0.3, and four in ten of the successes fail: 300 experiments of 500 trials. The interval without the failed trials
// is the twin: it covers in almost none.
TEST(TrialCounts, TheIntervalCoversWhateverTheFailedWouldHaveBeen) {
    std::mt19937 generator(7);
    int covered = 0, twin = 0;
    for (int experiment = 0; experiment < 300; ++experiment) {
        TrialCounts counts{0, 0, 500};
        for (int trial = 0; trial < 500; ++trial) {
            const bool success = std::bernoulli_distribution(0.3)(generator);
            const bool fails = success && std::bernoulli_distribution(0.4)(generator);
            counts.failed += fails;
            counts.successes += success && !fails;
        }
        const auto holds = [](const Interval& interval) { return interval.low <= 0.3 && 0.3 <= interval.high; };
        covered += holds(clopper_pearson(counts));
        twin += holds(clopper_pearson(counts.successes, counts.trials - counts.failed));
    }
    EXPECT_GE(covered, 273);  // fewer of 300 at 0.95 each: probability 1e-3
    EXPECT_LT(twin, 150);
}

}  // namespace
}  // namespace modecollapse
