// Proves, of a search that spends members where they matter, on curves P(R) known in closed form with noise like that of
// an ensemble: it takes a fifth of the members of a fixed number a value, its intervals are no wider on average and cover
// R_c, at a level that P crosses and at a jump; and a guess only says where to look.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "host/threshold/critical_value.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t most = 20000;
constexpr double truth = 1.3017;
using Shares = std::function<double(double radius)>;

double rising(double radius) { return std::clamp(0.3 + 2.0 * (radius - truth), 0.0, 0.9); }
double jumping(double radius) { return radius < truth ? 0.02 : 0.7; }

// Members with draws u in [0, 1) of their own: one collapses where u < P(R), the same draws at every radius.
class Members {
public:
    explicit Members(std::uint64_t seed) : draws_(most) {
        std::mt19937_64 words(seed);
        for (float& u : draws_) u = static_cast<float>(static_cast<double>(words()) * 0x1p-64);
    }
    Evaluation at(const Shares& p, double radius, std::uint64_t members) const {
        const double share = p(radius);
        const auto collapsed = std::count_if(draws_.begin(), draws_.begin() + static_cast<std::ptrdiff_t>(members),
                                             [share](float u) { return u < share; });
        return {estimate_collapse({collapsed, 0, static_cast<std::int64_t>(members)}), radius, {}};
    }

private:
    std::vector<float> draws_;
};

CriticalValue with_looks(const Members& all, const Shares& p, const CollapseCurve::Guess& guess = {},
                         const LookSchedule& looks = threshold_looks(most)) {
    CollapseCurve curve([&](double radius, std::uint64_t n) { return all.at(p, radius, n); }, looks, guess);
    return curve.find(0.3, {});
}
CriticalValue with_all(const Members& all, const Shares& p) {
    return CollapseCurve([&](double radius) { return all.at(p, radius, most); }, {}).find(0.3, {});
}

bool covers(const CriticalValue& c) { return c.ci_low <= truth && truth <= c.ci_high; }
double width(const CriticalValue& c) { return c.ci_high - c.ci_low; }

TEST(CriticalValueByLooks, TakesAFifthOfTheMembersAndCoversNoWider) {
    constexpr int seeds = 60;
    for (const Shares& p : {Shares(rising), Shares(jumping)}) {
        double members = 0.0, before = 0.0, widths = 0.0, wide = 0.0;
        int covered = 0;
        for (int seed = 0; seed < seeds; ++seed) {
            const Members all(static_cast<std::uint64_t>(seed));
            const CriticalValue few = with_looks(all, p), many = with_all(all, p);
            ASSERT_EQ(few.status, ThresholdStatus::found) << seed;
            EXPECT_LE(few.resolution, ThresholdSearch{}.resolution * (1.0 + 1e-9));
            EXPECT_GE(few.value, many.ci_low);
            EXPECT_LE(few.value, many.ci_high);
            members += static_cast<double>(few.members);
            before += static_cast<double>(many.members);
            widths += width(few);
            wide += width(many);
            covered += covers(few);
        }
        EXPECT_LT(members, before / 5.0);
        EXPECT_LE(widths, wide * (1.0 + 1e-9));
        EXPECT_GE(covered, 52);  // of 60 with 0.95: fewer in 1 of 200 tests
    }
}

// Twin: the same looks, each with an interval of 95 % of its own, stop where chance takes them.
TEST(CriticalValueByLooks, TwinWithoutSpendingMissesTheTruth) {
    const LookSchedule looks = threshold_looks(most);
    int missed = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Members all(seed);
        bool wrong = false;
        for (std::uint64_t k = 1; k <= looks.looks(); ++k) {
            const Interval plain = all.at(rising, truth, looks.trials_at(k)).interval;
            wrong = wrong || plain.low > 0.3 || plain.high < 0.3;
        }
        missed += wrong;
    }
    EXPECT_GT(missed, 19);  // of 200 with 0.05: more in 1 of 200 tests
}

TEST(CriticalValueByLooks, SharesTheErrorAmongTheLooks) {
    const LookSchedule looks = threshold_looks(100000);
    ASSERT_EQ(looks.looks(), 6u);
    // chance of any of the intervals to miss P = 0.3, by the normal law, is below the sum of their errors
    const TrialCounts early{960, 0, 3200}, last{30000, 0, 100000};
    const auto z = [](const TrialCounts& counts, const Interval& interval) {
        const double p = share_of(counts);
        return (interval.high - p) / std::sqrt(p * (1.0 - p) / static_cast<double>(counts.trials));
    };
    const double z_early = z(early, late_spent_interval(early, 1, 6)),
                 z_last = z(last, late_spent_interval(last, 6, 6));
    const auto error = [](double x) { return std::erfc(x / std::sqrt(2.0)); };
    EXPECT_NEAR(5.0 * error(z_early) + error(z_last), 0.05, 0.003);
    EXPECT_LT(z_last, 2.01);  // hardly wider than an interval that stands alone, but by what the early looks have spent
    EXPECT_GT(z_last, z(last, clopper_pearson(last)) + 0.01);
    EXPECT_EQ(threshold_looks(50).looks(), 1u);
    EXPECT_EQ(late_spent_interval(early, 1, 1).low, clopper_pearson(early).low);
}

TEST(CriticalValueByLooks, AGuessOnlySaysWhereToLook) {
    const Members all(7);
    const CriticalValue plain = with_looks(all, rising);
    for (const Shares& guess :
         {Shares(rising), Shares([](double) { return 0.9; }), Shares([](double) { return 0.0; }),
          Shares([](double r) { return rising(r - 0.02); }), Shares([](double) { return std::nan(""); })}) {
        const CriticalValue guided = with_looks(all, rising, guess);
        ASSERT_EQ(guided.status, ThresholdStatus::found);
        EXPECT_TRUE(covers(guided) == covers(plain) && guided.value >= plain.ci_low && guided.value <= plain.ci_high);
        EXPECT_LT(width(guided), 1.2 * width(plain));
    }
}

TEST(CriticalValueByLooks, SaysWhereTheLevelIsNotCrossed) {
    const Members all(3);
    EXPECT_EQ(with_looks(all, [](double) { return 0.6; }).status, ThresholdStatus::below_range);
    const CriticalValue below = with_looks(all, [](double) { return 0.2; });
    EXPECT_EQ(below.status, ThresholdStatus::not_reached);
    EXPECT_LT(below.members, 51 * static_cast<std::int64_t>(most) / 8);
    EXPECT_EQ(with_looks(all, [](double) { return 0.3; }).status, ThresholdStatus::unsettled);
}

}  // namespace
}  // namespace modecollapse
