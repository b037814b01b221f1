// Proves: the reduced sampler has the law of the full one, for every estimator, baseline, kind of weights and
// temperature that it supports, in dimensions with no, one and many directions orthogonal to span(mu1, mu2, mu*); and
// the tests see a drift that is wrong by 1 %.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

using support::run_sgd;
using support::sgd_payload_of;
using support::SgdCase;
using support::SgdEnsemble;

std::vector<SgdCase> supported_cases() {
    std::vector<SgdCase> result;
    for (const WeightGeometry geometry : {WeightGeometry::fixed, WeightGeometry::softmax}) {
        for (const double beta : {1.0, 0.5})
            for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized})
                result.push_back({estimator, Baseline::none, geometry, beta});
        for (const Baseline baseline : {Baseline::none, Baseline::leave_one_out})
            result.push_back({Estimator::score, baseline, geometry, 1.0});
    }
    // the other geometries, where the weight and the orthogonal noise are correlated
    result.push_back({Estimator::reparameterized, Baseline::none, WeightGeometry::simplex, 0.5});
    result.push_back({Estimator::reparameterized, Baseline::none, WeightGeometry::fisher_rao, 0.5});
    return result;
}

// Smallest p value of the two-sample tests of m1, m2, s and, if trainable, w1.
double smallest_p(SgdEnsemble a, SgdEnsemble b, bool trainable) {
    double smallest = 1.0;
    const auto compare = [&](std::vector<double>& x, std::vector<double>& y) {
        smallest = std::min(smallest, support::kolmogorov_smirnov(x, y).p_value);
    };
    compare(a.m1, b.m1);
    compare(a.m2, b.m2);
    compare(a.u, b.u);
    if (trainable) compare(a.weight, b.weight);
    return smallest;
}

class ReducedLawAt : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, ReducedLawAt, testing::Values(2.0, 3.0, 4.0, 5.0, 10.0, 100.0));

// 6 dimensions x 14 cases x 2 batch sizes x up to 4 comparisons, alpha = 1e-3 for the family: 1e-3 / 672.
TEST_P(ReducedLawAt, IsTheLawOfTheFullSampler) {
    const double dimension = GetParam();
    constexpr double least = 1e-3 / 672.0;
    for (const SgdCase& c : supported_cases())
        for (const std::uint64_t batch : {1, 5}) {
            if (batch == 1 && c.baseline == Baseline::leave_one_out) continue;
            const SgdPayload problem = sgd_payload_of(c, dimension, batch, 3, 0.3);
            const OrderParameters<double> start = support::state_at(dimension, problem.start_weight);
            constexpr std::uint64_t count = 4000;
            const SgdEnsemble full = run_sgd(problem, SgdSampler::full, 11, count, &start);
            const SgdEnsemble reduced = run_sgd(problem, SgdSampler::reduced, 12, count, &start);
            EXPECT_EQ(full.counts.count[static_cast<int>(Outcome::failed)] +
                          reduced.counts.count[static_cast<int>(Outcome::failed)],
                      0);
            EXPECT_GT(smallest_p(full, reduced, c.geometry != WeightGeometry::fixed), least)
                << name_of(c) << " B = " << batch;
        }
}

// With 10 steps of B = 100 the drift is some 20 times the spread, so 1 % of it is a fifth of a standard deviation.
TEST(ReducedLaw, AWrongDriftIsSeen) {
    for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized, Estimator::score}) {
        const SgdCase c = {estimator, estimator == Estimator::score ? Baseline::leave_one_out : Baseline::none,
                           WeightGeometry::softmax, 1.0};
        const SgdPayload problem = sgd_payload_of(c, 10.0, 100, 10, 0.1);
        const OrderParameters<double> start = support::state_at(10.0, problem.start_weight);
        constexpr std::uint64_t count = 8000;
        const SgdEnsemble full = run_sgd(problem, SgdSampler::full, 13, count, &start);
        const double right = smallest_p(full, run_sgd(problem, SgdSampler::reduced, 14, count, &start), true);
        SgdPayload wrong = problem;
        wrong.learning_rate *= 1.01;
        const double off = smallest_p(full, run_sgd(wrong, SgdSampler::reduced, 14, count, &start), true);
        RecordProperty(name_of(c), support::digits(right) + " against " + support::digits(off));
        EXPECT_GT(right, 1e-3 / 12.0) << name_of(c);
        EXPECT_LT(off, 1e-3 / 12.0) << name_of(c);  // twin
    }
}

// Twins of what is special to the reduced sampler: without the orthogonal part, which d = 3 does not have, the law is
// another one.
TEST(ReducedLaw, AMissingOrthogonalPartIsSeen) {
    const OrderParameters<double> start = support::state_at(100.0, 0.0);
    for (const SgdCase& c : supported_cases()) {
        if (c.estimator == Estimator::pathwise && c.beta == 1.0) continue;  // there it has none
        const SgdPayload problem = sgd_payload_of(c, 100.0, 2, 3, 0.5);
        SgdPayload without = problem;
        without.dimension = 3.0;
        const OrderParameters<double> from = {start.m1, start.m2, start.u, problem.start_weight};
        EXPECT_LT(smallest_p(run_sgd(problem, SgdSampler::full, 15, 4000, &from),
                             run_sgd(without, SgdSampler::reduced, 16, 4000, &from), false),
                  1e-3 / 672.0)
            << name_of(c);
    }
}

}  // namespace
}  // namespace modecollapse
