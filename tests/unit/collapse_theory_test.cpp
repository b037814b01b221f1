// Proves: the angular search finds known arcs; the theory's result does not depend on the matching size, the threads or
// which component is called the first; P falls with the power of d that the linear regime gives; options out of range
// are refused.
#include "host/theory/collapse_theory.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "host/expectation/reference_expectation.hpp"
#include "host/theory/adaptive_simpson.hpp"
#include "host/theory/angular_measure.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr double turn = 6.283185307179586;

CollapseTheory theory_of(const Problem& problem, double dimension, const TheoryOptions& options = {}) {
    return collapse_theory(MixtureSetup(problem, {}), dimension, options);
}

TEST(AngularMeasure, FindsArcsOfKnownLength) {
    for (const double width : {1.0, 1e-2, 1e-5}) {
        const double slow = 2.3;
        const auto outcomes = [&](const std::vector<double>& angles) {
            std::vector<Outcome> result;
            for (const double angle : angles) {
                const double offset = std::fabs(std::remainder(angle - slow, turn));
                result.push_back(offset < width         ? Outcome::aligned_plus
                                 : offset < 3.0 * width ? Outcome::matched
                                                        : Outcome::swapped);
            }
            return result;
        };
        const auto gap = [&](double angle) { return 1e-4 * std::fabs(std::sin(angle - slow)) + 1e-10; };
        const AngularMeasure measure = measure_angles(outcomes, scan_angles(slow, width), gap);
        const double plus = measure.share[static_cast<int>(Outcome::aligned_plus)];
        EXPECT_NEAR(plus / (2.0 * width / turn), 1.0, 1e-3);
        EXPECT_NEAR(measure.share[static_cast<int>(Outcome::matched)] / (4.0 * width / turn), 1.0, 1e-3);
        EXPECT_LT(measure.unresolved, 1e-3 * plus);
        EXPECT_LT(measure.trajectories, 400);
    }
    // twin: without the angles that approach the slow one, a narrow arc is missed
    const auto narrow = [](const std::vector<double>& angles) {
        std::vector<Outcome> result;
        for (const double a : angles)
            result.push_back(std::fabs(a - 2.3) < 1e-5 ? Outcome::aligned_plus : Outcome::swapped);
        return result;
    };
    EXPECT_EQ(measure_angles(narrow, scan_angles(2.3, 1.0), [](double) { return 1e-6; }).share[0], 0.0);
}

TEST(AdaptiveSimpson, MeetsItsAccuracyAtAKink) {
    const auto f = [](double x) -> std::array<double, 2> { return {std::sqrt(std::fabs(x - 0.3)), x * x * x}; };
    const auto result = adaptive_simpson<2, 2>(f, 0.0, 1.0, 1e-5, 1000);
    EXPECT_TRUE(result.converged);
    EXPECT_NEAR(result.value[0], 2.0 / 3.0 * (std::pow(0.3, 1.5) + std::pow(0.7, 1.5)), 1e-5);
    EXPECT_NEAR(result.value[1], 0.25, 1e-14);
    EXPECT_FALSE((adaptive_simpson<2, 2>(f, 0.0, 1.0, 1e-9, 50).converged));
    EXPECT_TRUE((adaptive_simpson<2, 0>(f, 0.0, 1.0, 1e-9, 50).converged));  // nothing judged
}

TEST(CollapseTheory, DoesNotDependOnTheMatchingSize) {
    for (const Problem& problem : {support::problem_of(2.0, 0.5, 0.5), support::problem_of(1.5, 0.5, 0.35),
                                   support::problem_of(1.5, 0.501, 0.5)}) {
        TheoryOptions options;
        options.accuracy = 1e-4;
        options.matching_size = 1e-6;  // never: the full flow from the start
        const CollapseTheory full = theory_of(problem, 1e6, options);
        EXPECT_LT(full.matching_time, 1e-3);
        for (const double size : {3e-3, 1e-2}) {
            options.matching_size = size;
            const CollapseTheory matched = theory_of(problem, 1e6, options);
            EXPECT_GT(matched.matching_time, 0.5);
            EXPECT_NEAR(matched.p_collapse, full.p_collapse, 3e-4);
        }
    }
    TheoryOptions far;  // twin: matched far outside the linear regime
    far.matching_size = 0.5;
    EXPECT_GT(std::fabs(theory_of(support::problem_of(2.0, 0.5, 0.5), 1e6, far).p_collapse - 0.26774), 3e-4);
}

TEST(CollapseTheory, IsSymmetricAndIndependentOfThreads) {
    TheoryOptions options;
    options.threads = 3;
    const CollapseTheory one = theory_of(support::problem_of(1.6, 0.52, 0.4), 300.0);
    const CollapseTheory threads = theory_of(support::problem_of(1.6, 0.52, 0.4), 300.0, options);
    const CollapseTheory exchanged = theory_of(support::problem_of(1.6, 0.52, 0.6), 300.0);
    const CollapseTheory mirrored = theory_of(support::problem_of(1.6, 0.48, 0.4), 300.0);
    double sum = 0.0;
    for (int i = 0; i < outcome_count; ++i) {
        EXPECT_EQ(one.share[i], threads.share[i]);
        sum += one.share[i];
    }
    EXPECT_NEAR(sum, 1.0, 1e-12);
    const auto share = [](const CollapseTheory& theory, Outcome outcome) {
        return theory.share[static_cast<int>(outcome)];
    };
    EXPECT_NEAR(share(one, Outcome::matched), share(exchanged, Outcome::swapped), 1e-3);
    EXPECT_NEAR(share(one, Outcome::aligned_plus), share(mirrored, Outcome::aligned_minus), 1e-3);
    EXPECT_GT(std::fabs(share(one, Outcome::matched) - share(exchanged, Outcome::matched)),
              1e-2);  // twins: not the same outcome
    EXPECT_GT(std::fabs(share(one, Outcome::aligned_plus) - share(mirrored, Outcome::aligned_plus)), 1e-2);
}

// P ~ A(R) d^(-gamma), gamma = c(-1) / (w T'(0) - 2 c(-1)): docs/theory.md, section 4. The local power between d = 10^8
// and 10^9.
TEST(CollapseTheory, FallsWithThePowerOfTheSlowMode) {
    constexpr double radius = 1.2, h = 1e-4;
    const double c = reference_overlap(radius, 0.5, 2.0);
    const double growth =
        0.5 * (reference_attraction(radius, 0.0, h) - reference_attraction(radius, 0.0, -h)) / (2.0 * h);
    TheoryOptions options;
    options.accuracy = 1e-5;
    const auto p = [&](double dimension) {
        return theory_of(support::problem_of(radius, 0.5, 0.5), dimension, options).p_collapse;
    };
    const double power = std::log10(p(1e8) / p(1e9));
    EXPECT_NEAR(power, c / (growth - 2.0 * c), 0.004);
    EXPECT_GT(std::fabs(power - c / growth), 0.1);  // twin: the power of the fast mode
}

TEST(CollapseTheory, RefusesWhatItCannotDo) {
    const MixtureSetup setup(support::problem_of(2.0, 0.5, 0.5), {});
    TheoryOptions options;
    EXPECT_THROW(collapse_theory(setup, 1.5, options), std::domain_error);
    EXPECT_THROW(collapse_theory(setup, INFINITY, options), std::domain_error);
    options.accuracy = 0.0;
    EXPECT_THROW(collapse_theory(setup, 10.0, options), std::domain_error);
    options = {};
    options.matching_size = 0.6;
    EXPECT_THROW(collapse_theory(setup, 10.0, options), std::domain_error);
}

}  // namespace
}  // namespace modecollapse
