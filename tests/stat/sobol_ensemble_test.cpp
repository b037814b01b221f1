// Proves: the Sobol ensemble estimates what random starts estimate, with the same counts for any threads and chunks;
// its 95 % interval covers; its error is smaller than Monte Carlo's.
#include "host/starts/collapse_estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

Backend cpu(int threads) { return choose_backend({BackendChoice::cpu, threads, 0, ""}); }

const MixtureSetup& setup() {
    static const MixtureSetup result(Problem{1.3, 2.0 / 3.0, 2.0 / 3.0}, {});
    return result;
}

TEST(SobolEnsemble, SameCountsForAnyThreadsAndChunks) {
    const SobolRequest request = {100.0, 11, 5, 1024, 0};
    const SobolResult expected = run_sobol_ensemble(setup(), request, cpu(1));
    for (const int threads : {1, 2, 3, 7})
        for (const std::uint64_t chunk : {37ull, 1000ull, 1024ull, 4096ull, 1ull << 20}) {
            const SobolResult result = run_sobol_ensemble(setup(), {100.0, 11, 5, 1024, chunk}, cpu(threads));
            EXPECT_EQ(result.collapsed, expected.collapsed) << threads << " threads, chunk " << chunk;
            for (int i = 0; i < outcome_count; ++i) EXPECT_EQ(result.counts.count[i], expected.counts.count[i]);
        }
    EXPECT_EQ(total_of(expected.counts), 5 * 1024);
    std::int64_t collapsed = 0;
    for (const std::int64_t c : expected.collapsed) collapsed += c;
    EXPECT_EQ(collapsed, collapsed_of(expected.counts));
    EXPECT_NE(run_sobol_ensemble(setup(), {100.0, 12, 5, 1024, 0}, cpu(1)).collapsed,
              expected.collapsed);  // twin: another seed
}

// P over 400 seeds at 8 replicates of 256: the interval covers in a share within its binomial error (alpha = 1e-4) of
// 95 %, the mean agrees with 10^6 random starts, and the standard error is below half of that of as many random starts
// (Sobol's n^(-2/3) at n = 256).
TEST(SobolEnsemble, TheIntervalCoversAndTheErrorIsSmaller) {
    constexpr int repetitions = 400;
    const EnsembleRequest random = {100.0, 1, 0, 1000000};
    const EnsembleEstimate reference = estimate_collapse(setup(), random, {}, cpu(2));
    support::SampleMean estimates, errors;
    int covered = 0, covered_half_width = 0;
    for (int i = 0; i < repetitions; ++i) {
        const EnsembleRequest request = {100.0, 1000 + static_cast<std::uint64_t>(i), 0, 2048};
        const EnsembleEstimate e = estimate_collapse(setup(), request, {Sampling::sobol, 8}, cpu(2));
        EXPECT_STREQ(e.ci_method, "student-t");
        estimates.add(e.p);
        errors.add(e.standard_error);
        covered += e.interval.low <= reference.p && reference.p <= e.interval.high;
        const double half = 0.25 * (e.interval.high - e.interval.low);
        covered_half_width += std::fabs(e.p - reference.p) <= half;
    }
    const double z = support::largest_z(1e-4, 1), share = covered / 400.0,
                 spread = std::sqrt(0.95 * 0.05 / repetitions);
    RecordProperty("coverage", support::digits(share));
    EXPECT_NEAR(share, 0.95, z * spread);
    EXPECT_LT(covered_half_width / 400.0, 0.95 - z * spread);  // twin: an interval half as wide
    const double error = std::hypot(estimates.standard_error(), reference.standard_error);
    EXPECT_LT(std::fabs(estimates.mean() - reference.p), z * error);
    const double random_error = std::sqrt(reference.p * (1.0 - reference.p) / 2048.0);
    RecordProperty("random_over_sobol_error", support::digits(random_error / errors.mean()));
    EXPECT_LT(errors.mean(), 0.5 * random_error);
}

TEST(SobolEnsemble, UsableNumbersAndDegenerateShares) {
    const SamplingPlan plan = {Sampling::sobol, 10};
    EXPECT_EQ(usable_trajectories(plan, 1), 10u);
    EXPECT_EQ(usable_trajectories(plan, 11), 20u);
    EXPECT_EQ(usable_trajectories(plan, 1000000), 10u << 17);
    EXPECT_EQ(usable_trajectories({}, 1000001), 1000001u);
    EXPECT_THROW(estimate_collapse(setup(), {100.0, 1, 0, 30}, plan, cpu(1)), std::domain_error);
    EXPECT_THROW(run_sobol_ensemble(setup(), {100.0, 1, 1, 8, 0}, cpu(1)), std::domain_error);
    EXPECT_THROW(run_sobol_ensemble(setup(), {100.0, 1, 2000, 8, 0}, cpu(1)), std::domain_error);
    // below the fold nothing collapses: equal replicates say nothing, so the interval is the binomial one
    const MixtureSetup below(Problem{0.8, 2.0 / 3.0, 2.0 / 3.0}, {});
    const EnsembleEstimate none = estimate_collapse(below, {10.0, 1, 0, 160}, plan, cpu(1));
    EXPECT_EQ(none.p, 0.0);
    EXPECT_STREQ(none.ci_method, "clopper-pearson");
    EXPECT_GT(none.interval.high, 0.01);
}

// Fewer than fewest_for_student collapses, or others: the exact interval of the counts.
TEST(SobolEnsemble, FewCollapsesOrFewOthersGiveTheExactInterval) {
    const SamplingPlan plan = {Sampling::sobol, 8};
    int exact = 0, student = 0;
    for (const std::uint64_t trajectories : {64, 128, 256, 512}) {
        const EnsembleEstimate e = estimate_collapse(setup(), {100.0, 1, 0, trajectories}, plan, cpu(1));
        const std::int64_t collapsed = collapsed_of(e.counts), total = total_of(e.counts);
        const bool few = std::min(collapsed, total - collapsed) < fewest_for_student;
        EXPECT_STREQ(e.ci_method, few ? "clopper-pearson" : "student-t");
        (few ? exact : student) += 1;
        if (!few) continue;
        EXPECT_EQ(e.interval.low, clopper_pearson(collapsed, total).low);
        EXPECT_EQ(e.interval.high, clopper_pearson(collapsed, total).high);
    }
    EXPECT_GT(exact, 0);
    EXPECT_GT(student, 0);
}

// Rare collapses in replicates follow Poisson laws. Whatever their number, the interval chosen by the rule covers with
// 0.94 or more, within the binomial error (alpha = 1e-4); Student's alone (twin) with 0.91 at most.
TEST(SobolEnsemble, TheIntervalOfRareCollapsesCovers) {
    constexpr int repetitions = 5000;
    constexpr std::int64_t starts = 1 << 20;  // of a replicate
    const double slack = support::largest_z(1e-4, 1) * std::sqrt(0.94 * 0.06 / repetitions);
    for (const int replicates : {4, 16})
        for (const double expected : {4.0, 16.0, 30.0, 45.0}) {
            std::mt19937_64 random(static_cast<std::uint64_t>(expected));
            std::poisson_distribution<std::int64_t> law(expected / replicates);
            const double p = expected / static_cast<double>(replicates * starts);
            int covered = 0, by_student = 0;
            for (int i = 0; i < repetitions; ++i) {
                std::vector<double> shares;
                std::int64_t collapsed = 0;
                for (int r = 0; r < replicates; ++r) {
                    const std::int64_t count = law(random);
                    collapsed += count;
                    shares.push_back(static_cast<double>(count) / static_cast<double>(starts));
                }
                const auto covers = [p](const Interval& interval) { return interval.low <= p && p <= interval.high; };
                const Interval student = replicate_mean(shares).interval;
                by_student += covers(student);
                covered +=
                    covers(collapsed < fewest_for_student ? clopper_pearson(collapsed, replicates * starts) : student);
            }
            EXPECT_GE(covered / double(repetitions), 0.94 - slack) << replicates << " " << expected;
            if (replicates == 16 && expected == 4.0) {
                EXPECT_LT(by_student / double(repetitions), 0.91 + slack);
            }
        }
}

}  // namespace
}  // namespace modecollapse
