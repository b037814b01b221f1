// Proves, of the search for R_c on curves P(R) known in closed form: R_c is interpolated inside its bracket, so that it is
// far closer to the truth than the resolution where P is smooth, and inside the resolution where P jumps; its interval is
// made of radii that are surely below and surely at the level.
#include "host/threshold/critical_value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace modecollapse {
namespace {

constexpr std::int64_t members = 1000000000;  // so many that the counts follow the curve to 1e-9

// A curve without noise: as many members collapse as P says.
CollapseCurve curve_of(const std::function<double(double)>& p, std::int64_t n = members) {
    return {[p, n](double radius) {
                const auto collapsed = static_cast<std::int64_t>(std::llround(p(radius) * static_cast<double>(n)));
                const TrialCounts counts = {collapsed, 0, n};
                return Evaluation{estimate_collapse(counts), radius, {}};
            },
            {}};
}

// Rises through every level once, with a bend: P = R^2 / 10.
double smooth(double radius) { return radius * radius / 10.0; }

TEST(CriticalValueOfCurves, IsInterpolatedInItsBracket) {
    const ThresholdSearch search;
    for (const double level : {0.1, 0.2345, 0.5, 0.7}) {
        const CriticalValue c = curve_of(smooth).find(level, search);
        const double truth = std::sqrt(10.0 * level);
        ASSERT_EQ(c.status, ThresholdStatus::found) << level;
        EXPECT_LE(c.resolution, search.resolution);
        EXPECT_GT(c.resolution, 0.25 * search.resolution);
        // chord against curve: P'' h^2 / 8 / P', and the rounding of counts
        EXPECT_NEAR(c.value, truth, 1e-7) << level;
    }
    double furthest_middle = 0.0;  // twin: of the bracket
    for (const double level : {0.1, 0.2345, 0.5, 0.7}) {
        CollapseCurve curve = curve_of(smooth);
        const CriticalValue c = curve.find(level, search);
        double below = 0.0;
        for (const auto& [radius, evaluation] : curve.evaluations())
            if (evaluation.p < level) below = radius;
        furthest_middle = std::max(furthest_middle, std::fabs(below + 0.5 * c.resolution - std::sqrt(10.0 * level)));
    }
    EXPECT_GT(furthest_middle, 1e-5);
}

TEST(CriticalValueOfCurves, ItsIntervalIsSurelyOnEitherSide) {
    CollapseCurve curve = curve_of(smooth, 10000);
    const CriticalValue c = curve.find(0.3, {});
    ASSERT_EQ(c.status, ThresholdStatus::found);
    EXPECT_LT(c.ci_low, c.value);
    EXPECT_GT(c.ci_high, c.value);
    EXPECT_LT(curve.at(c.ci_low).interval.high, 0.3);
    EXPECT_GE(curve.at(c.ci_high).interval.low, 0.3);
    // as narrow as the members allow: 2 standard errors of P over its slope, on either side, and a bracket
    const double half = 1.96 * std::sqrt(0.21 / 10000.0) / (2.0 * std::sqrt(3.0) / 10.0);
    EXPECT_NEAR(c.value - c.ci_low, half, 0.1 * half);
    EXPECT_NEAR(c.ci_high - c.value, half, 0.1 * half);
    for (const auto& [radius, evaluation] : curve.evaluations()) {
        if (radius < c.value && radius > c.ci_low) {
            EXPECT_GE(evaluation.interval.high, 0.3) << radius;
        }
        if (radius < c.ci_high) {
            EXPECT_LT(evaluation.interval.low, 0.3) << radius;
        }
    }
}

TEST(CriticalValueOfCurves, OfAJumpIsInsideItsBracket) {
    const double fold = 1.23456;
    const CriticalValue c = curve_of([&](double radius) { return radius < fold ? 0.0 : 0.6; }).find(0.3, {});
    ASSERT_EQ(c.status, ThresholdStatus::found);
    EXPECT_NEAR(c.value, fold, c.resolution);
    EXPECT_LE(c.resolution, ThresholdSearch{}.resolution);
    EXPECT_LT(c.ci_low, fold);
    EXPECT_GE(c.ci_high, fold);
    EXPECT_LE(c.ci_high - c.ci_low, c.resolution * (1.0 + 1e-9));
}

// The first crossing counts, although P falls again; a second level of the same curve costs only what is new.
TEST(CriticalValueOfCurves, IsTheFirstCrossing) {
    CollapseCurve curve = curve_of([](double radius) { return 0.8 * std::exp(-std::pow(radius - 1.5, 2)); });
    const CriticalValue c = curve.find(0.5, {});
    EXPECT_NEAR(c.value, 1.5 - std::sqrt(std::log(1.6)), 1e-6);
    const CriticalValue other = curve.find(0.6, {});
    EXPECT_NEAR(other.value, 1.5 - std::sqrt(std::log(0.8 / 0.6)), 1e-6);
    EXPECT_LT(other.evaluations, 2 * c.evaluations);
}

TEST(CriticalValueOfCurves, CoarseRadiiHoldTheEnds) {
    const std::vector<double> radii = first_pass({0.5, 3.0, 0.05, 5e-4});
    ASSERT_EQ(radii.size(), 51u);
    EXPECT_EQ(radii.front(), 0.5);
    EXPECT_EQ(radii[12], 1.1);
    EXPECT_EQ(radii.back(), 3.0);
    EXPECT_EQ(first_pass({1.0, 1.01, 0.05, 5e-4}).size(), 2u);
}

}  // namespace
}  // namespace modecollapse
