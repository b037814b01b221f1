// Proves: the quadrature reference of T and c agrees with a trapezoid sum and with closed forms; the fast forms keep
// the error asked for, from R = 0.1 to 10 and for weights down to 0.01; the symmetries that the flow relies on hold,
// exactly where they must.
#include "host/expectation/fast_expectation.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/mixture/problem.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

// E f(Z) by the trapezoid rule with step 1/50 on |z| <= 10. For f analytic in |Im z| < a its error is of order exp(-2
// pi a 50): tanh(R z) and sigma(sqrt(2 k) z) have a >= 0.157 up to R = 10, which leaves 1e-21. The tails beyond 10
// weigh 2e-23.
double trapezoid_expectation(const std::function<double(double)>& f) {
    constexpr double step = 0.02;
    double sum = 0.0;
    for (int i = -500; i <= 500; ++i) sum += std::exp(-0.5 * (i * step) * (i * step)) * f(i * step);
    return sum * step * 0.398942280401432678;
}

double sigma(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double trapezoid_attraction(double radius, double h, double m) {
    return trapezoid_expectation([=](double z) { return std::tanh(radius * radius * m + radius * z + h); });
}

double trapezoid_overlap(double radius, double weight, double u) {
    const double k = radius * radius * u, log_odds = std::log((1.0 - weight) / weight);
    return trapezoid_expectation([=](double z) { return weight * sigma(log_odds - k + std::sqrt(2.0 * k) * z); });
}

struct Case {
    double radius, target_weight, weight;
};

std::vector<Case> cases() {
    std::vector<Case> result;
    for (const double radius : {0.1, 0.4, 1.0, 1.5, 2.5, 4.0, 6.3, 10.0})
        for (const auto& weights :
             {std::pair(0.5, 0.5), {2.0 / 3.0, 2.0 / 3.0}, {0.01, 0.99}, {0.99, 0.01}, {0.9, 0.1}, {0.5, 0.01}})
            result.push_back({radius, weights.first, weights.second});
    return result;
}

std::string name_of(const Case& c) {
    return "R = " + std::to_string(c.radius) + ", w* = " + std::to_string(c.target_weight) +
           ", w1 = " + std::to_string(c.weight);
}

// Points in m over [-1, 1], and in u over [0, 2], dense near u = 0 where c has its square root.
constexpr int points = 41;
double alignment_at(int i) { return -1.0 + 2.0 * i / (points - 1); }
double distance_at(int i) { return 2.0 * std::pow(static_cast<double>(i) / (points - 1), 3); }

TEST(ReferenceExpectation, AgreesWithTheTrapezoidRule) {
    for (const Case& c : cases()) {
        const double h = half_log_odds(c.target_weight);
        for (int i = 0; i < points; i += 4) {
            EXPECT_NEAR(reference_attraction(c.radius, h, alignment_at(i)),
                        trapezoid_attraction(c.radius, h, alignment_at(i)), 2e-14)
                << name_of(c);
            EXPECT_NEAR(reference_overlap(c.radius, c.weight, distance_at(i)),
                        trapezoid_overlap(c.radius, c.weight, distance_at(i)), 2e-14)
                << name_of(c);
        }
    }
}

TEST(ReferenceExpectation, ClosedForms) {
    for (const Case& c : cases()) {
        const double w = c.target_weight, h = half_log_odds(w);
        EXPECT_NEAR(reference_overlap(c.radius, c.weight, 0.0), c.weight * (1.0 - c.weight), 1e-14) << name_of(c);
        // the posterior mean of the mode's sign is its prior mean: w* T(1) + (1 - w*) T(-1) = 2 w* - 1
        const double right = reference_attraction(c.radius, h, 1.0), left = reference_attraction(c.radius, h, -1.0);
        EXPECT_NEAR(w * right + (1.0 - w) * left, 2.0 * w - 1.0, 1e-13) << name_of(c);
        // and E tanh = E tanh^2 at the symmetric target's mode
        const double squared =
            gaussian_expectation([&](double z) { return std::pow(std::tanh(c.radius * (c.radius + z)), 2); });
        EXPECT_NEAR(reference_attraction(c.radius, 0.0, 1.0), squared, 1e-13) << name_of(c);
        EXPECT_NEAR(reference_attraction(c.radius, 0.0, 0.0), 0.0, 1e-15) << name_of(c);
        // twin: the wrong sign of h*
        if (w == 0.5 || c.radius > 1.0) continue;  // at large radii T(1) is 1 whatever h*
        EXPECT_GT(std::fabs(w * reference_attraction(c.radius, -h, 1.0) + (1.0 - w) * left - (2.0 * w - 1.0)), 1e-3)
            << name_of(c);
    }
}

// c is what both components feel, so it cannot depend on which of them is called the first: w1 E sigma(log(w2/w1) - k +
// ...) and the same with 1 and 2 exchanged.
TEST(ReferenceExpectation, OverlapIsTheSameSeenFromEitherComponent) {
    for (const Case& c : cases())
        for (int i = 0; i < points; i += 4) {
            const double u = distance_at(i);
            EXPECT_NEAR(reference_overlap(c.radius, c.weight, u), reference_overlap(c.radius, 1.0 - c.weight, u), 1e-14)
                << name_of(c);
        }
    // twin: without the factor w1 in front the two differ
    EXPECT_GT(std::fabs(reference_overlap(1.0, 0.3, 1.0) / 0.3 - reference_overlap(1.0, 0.7, 1.0) / 0.7), 0.1);
}

struct Errors {
    double attraction = 0.0, overlap = 0.0;
};

Errors errors_of(const FastExpectations& fast, const std::vector<double>& attraction,
                 const std::vector<double>& overlap) {
    Errors errors;
    for (int i = 0; i < points; ++i) {
        errors.attraction = std::max(errors.attraction, std::fabs(fast.attraction(alignment_at(i)) - attraction[i]));
        errors.overlap = std::max(errors.overlap, std::fabs(fast.overlap(distance_at(i)) - overlap[i]));
    }
    return errors;
}

TEST(FastExpectation, KeepsTheErrorAskedFor) {
    Errors worst;
    int terms = 0;
    for (const Case& c : cases()) {
        const double h = half_log_odds(c.target_weight);
        std::vector<double> attraction(points), overlap(points);
        for (int i = 0; i < points; ++i) {
            attraction[i] = trapezoid_attraction(c.radius, h, alignment_at(i));
            overlap[i] = trapezoid_overlap(c.radius, c.weight, distance_at(i));
        }
        for (const double error : {1e-6, default_expectation_error, 1e-12}) {
            FastExpectations fast = build_fast_expectations(c.radius, c.target_weight, c.weight, error);
            const Errors found = errors_of(fast, attraction, overlap);
            EXPECT_LT(found.attraction, error) << name_of(c);
            EXPECT_LT(found.overlap, error) << name_of(c);
            if (error != default_expectation_error) continue;
            worst.attraction = std::max(worst.attraction, found.attraction);
            worst.overlap = std::max(worst.overlap, found.overlap);
            terms = std::max({terms, fast.attraction_of_m.terms, fast.overlap_of_distance.terms});
            // twin: one coefficient off by four times the error
            fast.attraction_of_m.odd[0] += 4.0 * error;
            fast.overlap_of_distance.even[0] += 4.0 * error;
            EXPECT_GT(errors_of(fast, attraction, overlap).attraction, error) << name_of(c);
            EXPECT_GT(errors_of(fast, attraction, overlap).overlap, error) << name_of(c);
        }
    }
    RecordProperty("worst_attraction", support::digits(worst.attraction));
    RecordProperty("worst_overlap", support::digits(worst.overlap));
    RecordProperty("most_terms", terms);
}

// m = 0 must stay invariant for the symmetric target, so T has to be odd to the last bit.
TEST(FastExpectation, AttractionOfTheSymmetricTargetIsOddToTheLastBit) {
    std::mt19937_64 random(6);
    std::uniform_real_distribution<double> alignment(0.0, 1.0);
    for (const double radius : {0.1, 1.0, 3.0, 10.0}) {
        const FastExpectations fast = build_fast_expectations(radius, 0.5, 0.3),
                               skew = build_fast_expectations(radius, 0.5 + 1e-9, 0.3);
        EXPECT_EQ(fast.attraction(0.0), 0.0);
        int differ = 0;
        for (int i = 0; i < 1000; ++i) {
            const double m = alignment(random);
            ASSERT_EQ(fast.attraction(-m), -fast.attraction(m)) << "R = " << radius << ", m = " << m;
            differ += skew.attraction(-m) != -skew.attraction(m);
        }
        EXPECT_GT(differ, 500);  // twin: a target that is not quite symmetric
    }
}

TEST(FastExpectation, ReflectedTargetReflectsTheAttraction) {
    for (const double radius : {0.3, 1.5, 8.0})
        for (const double w : {0.5, 0.6, 0.99}) {
            const FastExpectations fast = build_fast_expectations(radius, w, 0.5),
                                   reflected = build_fast_expectations(radius, 1.0 - w, 0.5);
            for (int i = 0; i < points; ++i)
                EXPECT_NEAR(reflected.attraction(-alignment_at(i)), -fast.attraction(alignment_at(i)),
                            2.0 * default_expectation_error);
        }
}

TEST(FastExpectation, RefusesWhatItCannotReach) {
    EXPECT_THROW(fit_polynomial([](double x) { return std::fabs(x); }, 1e-10), std::runtime_error);
    EXPECT_NO_THROW(fit_polynomial([](double x) { return std::exp(x); }, 1e-12));
}

}  // namespace
}  // namespace modecollapse
