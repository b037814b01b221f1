// Proves: the fixed points and folds of PHYSICS section 9 are found; traps end trajectories early, whichever attractor
// they go to; a box that the field leaves is refused.
#include "host/fixed_points/fixed_point.hpp"

#include <gtest/gtest.h>

#include "host/expectation/reference_expectation.hpp"
#include "host/fixed_points/trapping_regions.hpp"
#include "host/threshold/folds.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr double two_thirds = 2.0 / 3.0;
constexpr OutcomeRule rule = {default_alignment_threshold, default_weight_floor};

struct Fold {
    double radius = 0.0;
    State state = {};
};

// Follows the stable fixed point with both m of the sign of `sign` down in R until Newton's iteration finds it no more,
// and bisects there.
Fold follow_to_fold(double target_weight, double weight, double sign, double from) {
    const auto point_at = [&](double radius, const State& near) -> std::optional<State> {
        const auto point =
            find_fixed_point(support::flow_of(support::problem_of(radius, target_weight, weight)), 1.0, near);
        if (!point || !point->stable || sign * point->state.m1 < 0.0 || sign * point->state.m2 < 0.0)
            return std::nullopt;
        return point->state;
    };
    const GradientFlow flow = support::flow_of(support::problem_of(from, target_weight, weight));
    Fold fold = {from, evolve(flow, 1.0, {0.9 * sign, 0.8 * sign, 0.1, 0.0}, 2000.0)};
    for (double step = 0.02; step > 1e-8;) {
        if (const auto state = point_at(fold.radius - step, fold.state))
            fold = {fold.radius - step, *state};
        else
            step *= 0.5;
    }
    return fold;
}

TEST(FixedPoint, FoldOfTheAlignedStateOnTheHeavierMode) {
    const Fold fold = follow_to_fold(two_thirds, two_thirds, 1.0, 1.4);
    RecordProperty("r_fold_plus", std::to_string(fold.radius));
    EXPECT_NEAR(fold.radius, 1.1088, 0.0005);
    EXPECT_NEAR(std::max(fold.state.m1, fold.state.m2), 0.951, 0.005);
    EXPECT_NEAR(std::min(fold.state.m1, fold.state.m2), 0.554, 0.005);
    EXPECT_NEAR(1.0 - fold.state.u, 0.268, 0.005);
}

TEST(FixedPoint, FoldsOfTheOtherAlignedStates) {
    const Fold minus = follow_to_fold(two_thirds, two_thirds, -1.0, 2.0);
    RecordProperty("r_fold_minus", std::to_string(minus.radius));
    EXPECT_NEAR(minus.radius, 1.4917, 0.0005);
    const Fold plus = follow_to_fold(0.5, 0.5, 1.0, 1.4), reflected = follow_to_fold(0.5, 0.5, -1.0, 1.4);
    RecordProperty("r_fold_symmetric", std::to_string(plus.radius));
    EXPECT_NEAR(plus.radius, 1.0466, 0.0005);
    EXPECT_NEAR(plus.radius, reflected.radius, 1e-6);
}

// The means of the aligned state do not coincide: |mu1 - mu2| is about 2 sqrt(1 - T(1)) where 1 - T(1) is small.
TEST(FixedPoint, TheAlignedMeansKeepADistance) {
    for (const double radius : {3.0, 3.5, 4.0}) {
        const Problem problem = support::problem_of(radius, 0.5, 0.5);
        const GradientFlow flow = support::flow_of(problem, 1e-12);
        const double defect = 1.0 - reference_attraction(radius, 0.0, 1.0);
        const auto point = find_fixed_point(
            flow, 1.0, {1.0 - 1e-3 * defect, 1.0 - 1e-3 * defect, 2.0 * defect / (radius * radius), 0.0});
        ASSERT_TRUE(point) << radius;
        EXPECT_TRUE(point->stable);
        const double distance = radius * std::sqrt(2.0 * point->state.u);
        RecordProperty("ratio_at_R_" + std::to_string(static_cast<int>(10 * radius)),
                       support::digits(distance / (2.0 * std::sqrt(defect))));
        EXPECT_NEAR(distance / (2.0 * std::sqrt(defect)), 1.0, 0.1) << radius;
    }
}

// Relaxation next to the aligned state has rate (1 - T(1)) / 2: 1/30, 1/480 and 1/20000 at R = 2, 3, 4 for w = w* =
// 1/2.
TEST(FixedPoint, RelaxationNextToTheAlignedState) {
    const double times[][2] = {{2.0, 30.0}, {3.0, 480.0}, {4.0, 20000.0}};
    for (const auto& [radius, time] : times) {
        const double rate = 0.5 * (1.0 - reference_attraction(radius, 0.0, 1.0));
        EXPECT_NEAR(rate * time, 1.0, 0.15) << radius;
    }
}

// d -> infinity: the trajectory from m1 = m2 = s = 0 first collapses at R_inf = 1.3030.
TEST(FixedPoint, TheInfiniteDimensionalStartCollapsesFromRInfOn) {
    const auto outcome_at = [](double radius) {
        const MixtureSetup setup(support::problem_of(radius, two_thirds, two_thirds), {});
        const GradientFlowPayload problem = setup.for_dimension(1e12);
        const State start = {0.0, 0.0, 1.0, 0.0};
        support::Records records(1);
        run_trajectories_on_cpu({&problem, Precision::double_precision, 0, 1e12, 0, 1, &start, records.pointers()},
                                {1, best_cpu_isa()});
        return static_cast<Outcome>(records.outcome[0]);
    };
    EXPECT_EQ(outcome_at(1.3030 - 0.0005), Outcome::matched);
    EXPECT_EQ(outcome_at(1.3030 + 0.0005), Outcome::aligned_plus);
}

// The search for R_inf says where no dimension shows the limit: trained weights, a start with m1 = m2 for ever, and a
// drift, of order w* - 1/2, that the spread of a start at d = 10^9 outweighs.
TEST(InfiniteDimension, IsGivenOnlyWhereLargeDimensionsApproachIt) {
    const auto search = [](double target_weight, double weight, WeightGeometry weights = WeightGeometry::fixed) {
        Problem problem = support::problem_of(1.0, target_weight, weight);
        problem.weights = weights;
        return find_infinite_dimension_radius(problem, {});
    };
    const SpecialRadius found = search(two_thirds, two_thirds);
    EXPECT_EQ(found.status, RadiusStatus::found);
    EXPECT_NEAR(found.value, 1.3030, 5e-4);
    EXPECT_TRUE(found.reason.empty());
    EXPECT_EQ(search(0.5, 0.6).status, RadiusStatus::none);
    for (const SpecialRadius& radius :
         {search(two_thirds, 0.5), search(two_thirds, 0.5, WeightGeometry::softmax),
          search(two_thirds, two_thirds, WeightGeometry::fisher_rao), search(0.50001, 0.6)}) {
        EXPECT_EQ(radius.status, RadiusStatus::not_approached);
        EXPECT_FALSE(radius.reason.empty());
    }
    MixtureSettings settings;  // a constant temperature is read at its horizon
    settings.horizon = 30.0;
    EXPECT_NO_THROW(find_infinite_dimension_radius(support::problem_of(1.0, two_thirds, two_thirds, 0.5), settings));
}

TEST(Trapping, ABoxThatTheFieldLeavesIsNotInvariant) {
    const auto invariant = [](double radius, double sign1, double sign2) {
        return box_is_invariant(support::flow_of(support::problem_of(radius, two_thirds, two_thirds)), 1.0, sign1,
                                sign2, 0.5, 0.5);
    };
    EXPECT_FALSE(invariant(0.8, 1.0, 1.0));  // no aligned state below the fold
    EXPECT_FALSE(invariant(0.8, -1.0, -1.0));
    EXPECT_FALSE(invariant(1.3, -1.0, -1.0));  // nor on the minus mode below its own
    EXPECT_TRUE(invariant(1.3, 1.0, 1.0));
    EXPECT_TRUE(invariant(2.0, -1.0, -1.0));
    EXPECT_TRUE(invariant(1.3, 1.0, -1.0));
    EXPECT_TRUE(invariant(1.3, -1.0, 1.0));
}

struct LimitRun {
    OutcomeCounts counts;
    double longest;  // time units
    double cap;
};

LimitRun run_to_the_limit(const Problem& problem, double dimension, std::uint64_t count) {
    const MixtureSetup setup(problem, {});
    const GradientFlowPayload gradient_flow_payload = setup.for_dimension(dimension);
    support::Records records(count);
    const TrajectoryTask task = {&gradient_flow_payload, Precision::double_precision, 16, dimension, 0, count, nullptr,
                                 records.pointers()};
    LimitRun result;
    result.counts = run_trajectories_on_cpu(task, {2, best_cpu_isa()});
    result.longest = *std::max_element(records.time.begin(), records.time.end());
    result.cap = gradient_flow_payload.end_time;
    return result;
}

TEST(Trapping, DecidesLongBeforeTheAlignedStateSettles) {
    for (const double dimension : {2.0, 10.0, 1000.0}) {
        const LimitRun result = run_to_the_limit(support::problem_of(4.0, two_thirds, two_thirds), dimension, 5000);
        RecordProperty("longest_at_d_" + std::to_string(static_cast<int>(dimension)), support::digits(result.longest));
        EXPECT_LT(result.longest, 100.0);  // settling takes 28900
        EXPECT_EQ(result.counts.count[static_cast<int>(Outcome::undecided)], 0);
        EXPECT_EQ(result.counts.count[static_cast<int>(Outcome::failed)], 0);
    }
}

// w1 = 1/2, w* = 2/3 at small R: the attractor lies at m = 2 w* - 1 = 1/3, between the modes. `undecided`, but known to
// be.
TEST(Trapping, AStateBetweenTheModesIsUndecidedByATrap) {
    for (const double dimension : {2.0, 10.0, 1000.0}) {
        const LimitRun result = run_to_the_limit(support::problem_of(0.3, two_thirds, 0.5), dimension, 1000);
        EXPECT_EQ(result.counts.count[static_cast<int>(Outcome::undecided)], 1000);
        EXPECT_LT(result.longest, 0.05 * result.cap);
    }
}

// Every attractor has its trap, for unequal weights too, where a light component moves slowly and some basins are
// narrow: nothing runs to the cap and nothing fails.
TEST(Trapping, EveryAttractorHasATrap) {
    for (const auto& [radius, target_weight, weight] : {std::array{1.6, 0.01, 0.01},

                                                        {2.0, 0.9, 0.01},
                                                        {1.05, 0.9, 0.01},
                                                        {1.49, 0.01, 0.3},
                                                        {1.05, two_thirds, two_thirds},
                                                        {0.3, 1.0 / 3.0, 0.01},
                                                        {0.05, 0.5, 0.5},
                                                        {1.2, 0.9, 0.9},
                                                        {1.4, 0.99, 0.05}})
        for (const double dimension : {2.0, 100.0}) {
            const LimitRun result =
                run_to_the_limit(support::problem_of(radius, target_weight, weight), dimension, 200);
            EXPECT_LT(result.longest, result.cap)
                << "R = " << radius << ", w* = " << target_weight << ", w1 = " << weight;
            EXPECT_EQ(result.counts.count[static_cast<int>(Outcome::failed)], 0)
                << "R = " << radius << ", w* = " << target_weight;
        }
}

}  // namespace
}  // namespace modecollapse
