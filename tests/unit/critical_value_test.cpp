// Proves, on curves P(R) that are given: the first upward crossing is found and interpolated, its interval is of radii
// that are surely below and surely reach; failed members leave a row unsettled unless they cannot move R_c by more than
// the resolution, and never look like no collapse.
#include "host/threshold/critical_value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace modecollapse {
namespace {

constexpr std::int64_t members = 10000;

struct Shares {
    double collapsed, failed;
};

// What the search finds on shares of members by radius.
CriticalValue found(const std::function<Shares(double)>& curve, double level, std::int64_t n = members) {
    CollapseCurve search(
        [&](double radius) -> Evaluation {
            const Shares shares = curve(radius);
            const auto count = [n](double share) {
                return static_cast<std::int64_t>(std::llround(share * static_cast<double>(n)));
            };
            const TrialCounts counts{count(shares.collapsed), count(shares.failed), n};
            return {estimate_collapse(counts), radius, {}};
        },
        {});
    return search.find(level, {});
}

double ramp(double radius) { return std::min(1.0, std::max(0.0, 0.8 * (radius - 1.0))); }

TEST(CriticalValue, InterpolatesTheFirstCrossing) {
    for (const double level : {0.1, 0.5}) {
        const CriticalValue c = found([](double r) { return Shares{ramp(r), 0.0}; }, level);
        EXPECT_EQ(c.status, ThresholdStatus::found);
        EXPECT_NEAR(c.value, 1.0 + level / 0.8, 1.5e-4);  // counts are rounded to 1e-4 of P
        EXPECT_LE(c.resolution, 5e-4);
        const double half = 1.96 * std::sqrt(level * (1.0 - level) / members) / 0.8;
        EXPECT_NEAR(c.ci_low, c.value - half, 0.1 * half + 1e-3);
        EXPECT_NEAR(c.ci_high, c.value + half, 0.1 * half + 1e-3);
        EXPECT_EQ(c.failed, 0);
    }
}

TEST(CriticalValue, SaysWhereTheLevelIsNotCrossed) {
    EXPECT_EQ(found([](double) { return Shares{0.6, 0.0}; }, 0.5).status, ThresholdStatus::below_range);
    EXPECT_EQ(found([](double) { return Shares{0.4, 0.0}; }, 0.5).status, ThresholdStatus::not_reached);
    EXPECT_EQ(found([](double) { return Shares{0.0, 0.0}; }, 0.1, 20).status, ThresholdStatus::unsettled);
    EXPECT_EQ(found([](double) { return Shares{0.5, 0.0}; }, 0.5).status, ThresholdStatus::unsettled);
    const auto up_to_the_level = [](double r) { return Shares{std::min(0.5, ramp(r)), 0.0}; };
    EXPECT_EQ(found(up_to_the_level, 0.5).status, ThresholdStatus::unsettled);
}

TEST(CriticalValue, FailedMembersAreNotNoCollapse) {
    const CriticalValue all = found([](double) { return Shares{0.0, 1.0}; }, 0.5);
    EXPECT_EQ(all.status, ThresholdStatus::unsettled);
    EXPECT_TRUE(std::isnan(all.value));
    EXPECT_EQ(all.failed, 51 * members);
    // 12 % of the collapses are lost: R_c would be 1 + 0.5 / 0.8 / 0.88 = 1.71 instead of 1.625
    const CriticalValue some = found([](double r) { return Shares{0.88 * ramp(r), 0.12 * ramp(r)}; }, 0.5);
    EXPECT_EQ(some.status, ThresholdStatus::unsettled);
    EXPECT_TRUE(std::isnan(some.value) && std::isnan(some.ci_low) && std::isnan(some.ci_high));
}

TEST(CriticalValue, FailuresThatCannotMoveItDoNotMatter) {
    const auto jump = [](double failed) {
        return [failed](double r) { return r < 1.37 ? Shares{0.0, failed} : Shares{0.9, std::min(failed, 0.1)}; };
    };
    const CriticalValue clean = found(jump(0.0), 0.5), few = found(jump(0.05), 0.5);
    EXPECT_EQ(few.status, ThresholdStatus::found);
    EXPECT_NEAR(few.value, clean.value, 5e-4);
    EXPECT_GT(few.failed, 0);
    EXPECT_EQ(found(jump(0.6), 0.5).status, ThresholdStatus::unsettled);  // twin
    // less than a coarse step, more than the resolution: 0.5 / 0.8 (1 / 0.98 - 1) = 0.013
    EXPECT_EQ(found(
                  [](double r) {
                      return Shares{0.98 * ramp(r), 0.02 * ramp(r)};
                  },
                  0.5)
                  .status,
              ThresholdStatus::unsettled);
    // a single radius in the dark before the crossing leaves open whether it is the first
    EXPECT_EQ(found(
                  [](double r) {
                      return std::fabs(r - 1.2) < 0.03 ? Shares{0.0, 1.0} : Shares{ramp(r), 0.0};
                  },
                  0.5)
                  .status,
              ThresholdStatus::unsettled);
}

}  // namespace
}  // namespace modecollapse
