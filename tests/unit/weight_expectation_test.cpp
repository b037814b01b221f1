// Proves: the fast forms of trainable weights, V(m) and the gap between the components, keep the error asked for from R
// = 0.1 to 10 and for weights from 1e-8 to 1 - 1e-8; so does the repulsion c that follows from the gap; and beyond the
// fit the gap goes to its limit.
#include "host/expectation/weight_expectation.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/mixture/weights.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

struct Errors {
    double gap = 0.0, repulsion = 0.0, target = 0.0;
};

// Largest errors over random (lambda, u, m), half of the lambda near zero where trajectories are.
Errors errors_of(double radius, const WeightExpectations& fast, double target_weight) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> wide(-18.42, 18.42), narrow(-4.0, 4.0), unit(0.0, 1.0);
    Errors errors;
    for (int i = 0; i < 150; ++i) {
        const double lambda = i % 2 ? wide(random) : narrow(random), u = 2.0 * std::pow(unit(random), 3),
                     m = 2.0 * unit(random) - 1.0;
        const ValueAndSlope<double> gap = fast.gap(lambda, u);
        const Weights<double> weights = weights_of_log_odds(lambda);
        errors.gap = std::max(errors.gap, std::fabs(gap.value - reference_gap(radius, lambda, u)));
        errors.repulsion = std::max(errors.repulsion, std::fabs(weights.first * weights.second * (1.0 - gap.slope) -
                                                                reference_overlap(radius, weights.first, u)));
        errors.target =
            std::max(errors.target, std::fabs(fast.log_target(m) - reference_log_target(radius, target_weight, m)));
    }
    return errors;
}

TEST(WeightExpectation, FastFormsKeepTheErrorAskedFor) {
    Errors worst;
    for (const double radius : {0.1, 0.5, 1.5, 3.0, 10.0}) {
        WeightExpectations fast;
        build_weight_expectations(radius, 2.0 / 3.0, GapRange::any, default_weight_expectation_error, fast);
        const Errors errors = errors_of(radius, fast, 2.0 / 3.0);
        EXPECT_LT(errors.gap, default_weight_expectation_error) << radius;
        EXPECT_LT(errors.repulsion, default_weight_expectation_error) << radius;
        EXPECT_LT(errors.target, default_weight_expectation_error) << radius;
        worst = {std::max(worst.gap, errors.gap), std::max(worst.repulsion, errors.repulsion),
                 std::max(worst.target, errors.target)};
    }
    RecordProperty("worst_gap", support::digits(worst.gap));
    RecordProperty("worst_repulsion", support::digits(worst.repulsion));
    RecordProperty("worst_target", support::digits(worst.target));
    WeightExpectations coarse;  // twin: fitted to 1e-5 only
    build_weight_expectations(1.5, 2.0 / 3.0, GapRange::down_to_2e_minus_9, 1e-5, coarse);
    const Errors errors = errors_of(1.5, coarse, 2.0 / 3.0);
    EXPECT_GT(errors.gap, default_weight_expectation_error);
    EXPECT_GT(errors.repulsion, default_weight_expectation_error);
}

TEST(WeightExpectation, TheGapIsOddAndGoesToItsLimit) {
    WeightExpectations fast;
    build_weight_expectations(2.0, 0.5, GapRange::any, default_weight_expectation_error, fast);
    for (const double u : {0.01, 0.3, 1.0, 2.0}) {
        for (const double lambda : {0.5, 4.9, 5.1, 19.0, 25.0, 1e5})
            EXPECT_EQ(fast.gap(-lambda, u).value, -fast.gap(lambda, u).value);
        const double k = 4.0 * u;
        EXPECT_NEAR(fast.gap(60.0, u).value, k, 1e-4 * k);  // weights below 2e-9: linear to the limit
        EXPECT_LE(std::fabs(fast.gap(1e6, u).value), k);
        EXPECT_TRUE(std::isfinite(fast.gap(1e300, u).value));
    }
}

}  // namespace
}  // namespace modecollapse
