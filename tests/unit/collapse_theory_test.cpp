// Proves: the angular search finds known arcs, the quadrature known kinks; the theory's result does not depend on the matching size, the threads or
// which component is called the first; P falls with the power of d that the linear regime gives; options out of range
// are refused.
#include "host/theory/collapse_theory.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "host/expectation/reference_expectation.hpp"
#include "host/theory/angular_measure.hpp"
#include "host/theory/piecewise_quadrature.hpp"
#include "host/theory/signature.hpp"
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

struct Sample : QuadratureSample<2> {};

// The integral of f over [0, 1], whose signature changes at the places given.
template <class Function>
Quadrature<2> integral_of(const Function& f, const std::vector<double>& kinks, double accuracy, int most_samples) {
    const auto evaluate = [&](const std::vector<SampleRequest<Sample>>& requests) {
        std::vector<Sample> samples(requests.size());
        for (std::size_t i = 0; i < requests.size(); ++i) {
            samples[i].value = {f(requests[i].at), std::pow(requests[i].at, 3)};
            for (const double kink : kinks) samples[i].signature += requests[i].at < kink ? '<' : '>';
        }
        return samples;
    };
    return PiecewiseQuadrature<Sample, 1, decltype(evaluate)>(evaluate, accuracy, most_samples)();
}

TEST(PiecewiseQuadrature, MeetsItsAccuracyAtKinksThatShow) {
    const auto root = [](double v) { return std::sqrt(std::fmax(v - 0.3, 0.0)) + (v > 0.71 ? 0.2 : 0.0); };
    const double exact = 2.0 / 3.0 * std::pow(0.7, 1.5) + 0.2 * 0.29;
    for (const double accuracy : {1e-3, 1e-5}) {
        const auto result = integral_of(root, {0.3, 0.71}, accuracy, 300);
        EXPECT_TRUE(result.converged);
        EXPECT_LE(result.error, accuracy);
        EXPECT_NEAR(result.value[0], exact, result.error);
        EXPECT_NEAR(result.value[1], 0.25, 10.0 * accuracy);  // not judged
    }
    // twin: without signatures the kinks are not found in as many samples
    EXPECT_FALSE(integral_of(root, {}, 1e-5, 300).converged);
    EXPECT_FALSE(integral_of(root, {0.3, 0.71}, 1e-5, 20).converged);  // nor with few samples
    EXPECT_FALSE(integral_of([](double) { return NAN; }, {}, 0.1, 100).converged);
}

// The change from one rule to the next vanishes by symmetry, and the curvature next to 1 goes unseen by it.
TEST(PiecewiseQuadrature, IsNotMisledByRulesThatAgreeByChance) {
    const auto odd = [](double v) {
        const double x = 2.0 * v - 1.0;
        return 0.5 + 0.5 * (x < 0.0 ? -1.0 : 1.0) * (1.0 - std::pow(1.0 - std::fabs(x), 0.2));
    };
    const auto nearly_odd = [&](double v) { return odd(v) - (v > 0.5 ? 0.0 : 0.3 * odd(v)); };
    double exact = 0.5, lower = 0.0;
    for (int k = 0; k < 200000; ++k) lower += odd(0.5 * (k + 0.5) / 200000) * 0.5 / 200000;
    exact -= 0.3 * lower;
    const auto result = integral_of(nearly_odd, {0.5}, 1e-3, 300);
    EXPECT_TRUE(result.converged);
    EXPECT_NEAR(result.value[0], exact, result.error);
}

TEST(Signature, IsTheCycleOfTheBroadArcs) {
    const std::vector<Arc> arcs = {{0.0, 1.0, Outcome::swapped},
                                   {1.0, 1.01, Outcome::aligned_plus},
                                   {1.01, 3.0, Outcome::matched},
                                   {3.0, turn, Outcome::aligned_minus}};
    std::vector<Arc> turned = {arcs[2], arcs[3], arcs[0], arcs[1]};
    EXPECT_EQ(signature_of(arcs, 0.001), signature_of(turned, 0.001));
    EXPECT_EQ(signature_of(arcs, 0.1).size(), 3u);
    EXPECT_NE(signature_of(arcs, 0.1), signature_of(arcs, 0.001));
    EXPECT_EQ(signature_of({{0.0, turn, Outcome::matched}}, 0.1).size(), 1u);
}

TEST(CollapseTheory, DoesNotDependOnTheMatchingSize) {
    for (const Problem& problem : {support::problem_of(2.0, 0.5, 0.5), support::problem_of(1.5, 0.5, 0.35),
                                   support::problem_of(1.5, 0.501, 0.5)}) {
        TheoryOptions options;
        options.accuracy = 3e-4;
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
    TheoryOptions alone, options;
    alone.accuracy = options.accuracy = 1e-3;
    options.threads = 3;
    const CollapseTheory one = theory_of(support::problem_of(1.6, 0.52, 0.4), 300.0, alone);
    const CollapseTheory threads = theory_of(support::problem_of(1.6, 0.52, 0.4), 300.0, options);
    const CollapseTheory exchanged = theory_of(support::problem_of(1.6, 0.52, 0.6), 300.0, alone);
    const CollapseTheory mirrored = theory_of(support::problem_of(1.6, 0.48, 0.4), 300.0, alone);
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

// What failed is a class of its own, in the bounds, and no probability is given where more than half failed.
TEST(CollapseTheory, CountsWhatFailedAsFailed) {
    const auto failing = [](double steps) {
        MixtureSettings settings;
        settings.maximum_steps = steps;
        TheoryOptions options;
        options.accuracy = 1e-2;
        return collapse_theory(MixtureSetup(support::problem_of(2.0, 0.5, 0.5), settings), 10.0, options);
    };
    const auto failed = [](const CollapseTheory& theory) { return theory.share[static_cast<int>(Outcome::failed)]; };
    const CollapseTheory none = failing(1e6), all = failing(2), some = failing(40);
    EXPECT_EQ(failed(none), 0.0);
    EXPECT_TRUE(none.converged);
    EXPECT_GE(none.p_collapse, none.p_low);
    EXPECT_LE(none.p_collapse, none.p_high);
    EXPECT_GT(failed(all), 0.9);  // the others start trapped
    EXPECT_TRUE(std::isnan(all.p_collapse));
    EXPECT_TRUE(std::isnan(all.p_leading_order));
    EXPECT_FALSE(all.converged);
    EXPECT_LT(all.p_low, 0.05);
    EXPECT_GT(all.p_high, 0.95);
    ASSERT_GT(failed(some), 0.02);
    ASSERT_LT(failed(some), 0.5);
    EXPECT_FALSE(some.converged);
    EXPECT_GE(some.error, failed(some));
    EXPECT_LE(some.p_low, none.p_collapse);
    EXPECT_GE(some.p_high, none.p_collapse);
    const double collapsed = some.share[0] + some.share[1] + some.share[2];
    EXPECT_NEAR(some.p_collapse, collapsed / (1.0 - failed(some)), 1e-12);
    EXPECT_GT(some.p_collapse - collapsed, 1e-3);  // twin: what failed is not "not collapsed"
}

TEST(CollapseTheory, RefusesWhatItCannotDo) {
    const Problem problem = support::problem_of(2.0, 0.5, 0.5);
    const auto refuses = [](const Problem& asked, const MixtureSettings& settings) {
        EXPECT_THROW(collapse_theory(MixtureSetup(asked, settings), 10.0, {}), std::domain_error);
    };
    for (const Dynamics dynamics : {Dynamics::sgd, Dynamics::sgd_full, Dynamics::sde}) {
        MixtureSettings sampled;
        sampled.sampled.dynamics = dynamics;
        refuses(problem, sampled);
    }
    for (const WeightGeometry weights :
         {WeightGeometry::softmax, WeightGeometry::fisher_rao, WeightGeometry::simplex}) {
        Problem trainable = problem;
        trainable.weights = weights;
        refuses(trainable, {});
    }
    Problem adaptive = problem;
    adaptive.annealing = {Schedule::adaptive, 10.0, 1.0};
    refuses(adaptive, {});
    MixtureSettings single;
    single.precision = Precision::single_precision;
    single.tolerance = 1e-4;
    refuses(problem, single);

    const MixtureSetup setup(problem, {});
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
