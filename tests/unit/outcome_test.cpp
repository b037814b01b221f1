// Proves: the classes of PHYSICS section 7, in its order: failed, aligned, vanished, matched or swapped, undecided.
#include "modecollapse/mixture/outcome.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace modecollapse {
namespace {

constexpr OutcomeRule rule = {0.5, 0.05};

Outcome classify(double m1, double m2, double weight1 = 0.5, double u = 1.0) { return rule({m1, m2, u, 0.0}, weight1); }

TEST(OutcomeRule, FirstMatchInTheOrderOfTheSpecification) {
    EXPECT_EQ(classify(0.9, 0.9), Outcome::aligned_plus);
    EXPECT_EQ(classify(-0.9, -0.9), Outcome::aligned_minus);
    EXPECT_EQ(classify(0.9, -0.9), Outcome::matched);
    EXPECT_EQ(classify(-0.9, 0.9), Outcome::swapped);
    EXPECT_EQ(classify(0.9, 0.1), Outcome::undecided);
    EXPECT_EQ(classify(0.1, -0.9), Outcome::undecided);
    EXPECT_EQ(classify(0.0, 0.0), Outcome::undecided);
}

TEST(OutcomeRule, ANonFiniteStateHasFailed) {
    const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, infinity, -infinity}) {
        EXPECT_EQ(classify(bad, 0.9), Outcome::failed);
        EXPECT_EQ(classify(0.9, bad), Outcome::failed);
        EXPECT_EQ(classify(0.9, 0.9, 0.5, bad), Outcome::failed);
        EXPECT_EQ(classify(bad, -0.9, 0.01), Outcome::failed);  // before vanished
    }
}

TEST(OutcomeRule, AlignmentComesBeforeAVanishedWeight) {
    EXPECT_EQ(classify(0.9, 0.9, 0.01), Outcome::aligned_plus);
    EXPECT_EQ(classify(-0.9, -0.9, 0.99), Outcome::aligned_minus);
}

TEST(OutcomeRule, AVanishedWeightComesBeforeMatchedWhereverTheLightOneStands) {
    EXPECT_EQ(classify(0.9, -0.9, 0.01), Outcome::vanished);
    EXPECT_EQ(classify(0.9, -0.9, 0.99), Outcome::vanished);
    EXPECT_EQ(classify(-0.9, 0.9, 0.99), Outcome::vanished);
    EXPECT_EQ(classify(0.9, 0.0, 0.99), Outcome::vanished);  // light one between the modes
    EXPECT_EQ(classify(0.0, -0.9, 0.01), Outcome::vanished);
}

TEST(OutcomeRule, AVanishedWeightNeedsTheHeavierComponentOnAMode) {
    EXPECT_EQ(classify(0.9, 0.0, 0.01), Outcome::undecided);
    EXPECT_EQ(classify(0.0, 0.9, 0.99), Outcome::undecided);
    EXPECT_EQ(classify(0.9, -0.9, 0.05), Outcome::matched);  // the floor itself is not below the floor
}

TEST(OutcomeRule, TheThresholdItselfIsNotOnAMode) {
    EXPECT_EQ(classify(0.5, 0.9), Outcome::undecided);
    EXPECT_EQ(classify(std::nextafter(0.5, 1.0), 0.9), Outcome::aligned_plus);
    EXPECT_EQ(classify(-0.5, -0.9), Outcome::undecided);
    EXPECT_EQ(rule({0.6, 0.6, 1.0, 0.0}, 0.5), Outcome::aligned_plus);
    EXPECT_EQ((OutcomeRule{0.7, 0.05}({0.6, 0.6, 1.0, 0.0}, 0.5)), Outcome::undecided);
}

// Swapping the components swaps matched and swapped; reflecting the target swaps the two alignments too.
TEST(OutcomeRule, RespectsTheSymmetries) {
    const auto swapped_components = [](Outcome outcome) {
        return outcome == Outcome::matched   ? Outcome::swapped
               : outcome == Outcome::swapped ? Outcome::matched
                                             : outcome;
    };
    const auto reflected = [&](Outcome outcome) {
        return outcome == Outcome::aligned_plus    ? Outcome::aligned_minus
               : outcome == Outcome::aligned_minus ? Outcome::aligned_plus
                                                   : swapped_components(outcome);
    };
    for (double m1 = -1.0; m1 <= 1.0; m1 += 0.1)
        for (double m2 = -1.0; m2 <= 1.0; m2 += 0.1)
            for (const double w : {0.01, 0.3, 0.97}) {
                EXPECT_EQ(classify(m2, m1, 1.0 - w), swapped_components(classify(m1, m2, w)))
                    << m1 << " " << m2 << " " << w;
                EXPECT_EQ(classify(-m1, -m2, w), reflected(classify(m1, m2, w))) << m1 << " " << m2 << " " << w;
            }
}

TEST(OutcomeRule, CollapseIsAlignedOrVanished) {
    for (int i = 0; i < outcome_count; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        EXPECT_EQ(is_collapse(outcome), outcome == Outcome::aligned_plus || outcome == Outcome::aligned_minus ||
                                            outcome == Outcome::vanished);
    }
}

}  // namespace
}  // namespace modecollapse
