// Proves: the quantile of a coordinate of a uniform unit vector has all its digits for n from 2 to 10^9 and tails down
// to 2^-65.
#include "host/starts/coordinate_quantile.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "host/starts/normal_quantile.hpp"
#include "host/starts/start_map.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

double upper_tail(double z) { return 0.5 * std::erfc(z * std::sqrt(0.5)); }

TEST(NormalQuantile, AgreesWithBoost) {
    double largest = 0.0;
    for (double log_tail = -45.0; log_tail < std::log(0.5); log_tail += 0.00137) {
        const double tail = std::exp(log_tail);
        const double expected =
            boost::math::quantile(boost::math::complement(boost::math::normal_distribution<>(), tail));
        largest = std::max(largest, std::fabs(normal_upper_quantile(tail) / expected - 1.0));
    }
    RecordProperty("largest_relative_error", support::digits(largest));
    EXPECT_LT(largest, 2e-15);
    EXPECT_EQ(normal_upper_quantile(0.5), 0.0);
}

class CoordinateQuantileAt : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Dimensions, CoordinateQuantileAt,
                         testing::Values(4.0, 5.0, 9.0, 10.0, 99.0, 100.0, 1e3, 1e5, 1e6, 1e9 - 1.0, 1e9));

TEST_P(CoordinateQuantileAt, TheFastFormIsTheReference) {
    for (const double largest_z : {largest_deviate_of_words, 36.0}) {
        const CoordinateQuantile fast(GetParam(), largest_z);
        double largest = 0.0, twin = 0.0;
        // from 0.01 on: the reference takes a tail probability, whose rounding next to 1/2 is a relative error of 1e-16
        // / z
        for (double z = 0.01; z < largest_z; z += largest_z / 777.0) {
            const double expected = CoordinateQuantile::reference(GetParam(), z);
            largest = std::max(largest, std::fabs(fast.of_deviate(z) / expected - 1.0));
            twin = std::max(twin, std::fabs(fast.of_deviate(z * (1.0 + 1e-12)) / expected - 1.0));
        }
        RecordProperty("largest_relative_error", support::digits(largest));
        EXPECT_LT(largest, 2e-13);  // Boost itself is off by up to 2e-13 at z = 36
        if (GetParam() >= 1e5) {
            EXPECT_GT(twin, 2e-13);
        }
    }
}

// Student's t at the normal deviate z in powers of 1/f [Fisher and Cornish, Technometrics 2 (1960) 209], to f^-4.
double expanded(double n, double z) {
    const double f = n - 1.0, z2 = z * z;
    const double g1 = (z2 + 1.0) / 4.0;
    const double g2 = ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    const double g3 = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    const double g4 = ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0;
    const double t = z * (1.0 + (g1 + (g2 + (g3 + g4 / f) / f) / f) / f);
    return t / std::sqrt(f + t * t);
}

TEST(CoordinateQuantile, AgreesWithTheExpansionInLargeDimensions) {
    for (const double n : {1e5, 1e6, 1e9 - 1.0, 1e9}) {
        const CoordinateQuantile fast(n, largest_deviate_of_words);
        double largest = 0.0;
        for (double z = 1e-3; z < 9.2; z += 0.0137)
            largest = std::max(largest, std::fabs(fast.of_deviate(z) / expanded(n, z) - 1.0));
        RecordProperty("largest_relative_error", support::digits(largest));
        EXPECT_LT(largest, 2e-14) << n;
    }
    // no digit is lost on the way to the normal law: sqrt(n) x(z) / z = 1 - (z^2 - 1)/(4 n) + ..., at z = 3 and n =
    // 10^9
    EXPECT_NEAR(CoordinateQuantile(1e9, 9.2).of_deviate(3.0) * std::sqrt(1e9) / 3.0, 1.0 - 8.0 / 4e9 + 1.0 / 1e9, 2e-9);
}

// P(x' > x) = 1/2 - (x sqrt(1 - x^2) + asin x) / pi in R^4, asin in R^2, uniform in R^3, a sign in R^1.
TEST(CoordinateQuantile, ClosedFormsInFewDimensions) {
    constexpr double pi = 3.14159265358979323846;
    const CoordinateQuantile one(1.0, 9.2), two(2.0, 9.2), three(3.0, 9.2), four(4.0, 9.2);
    for (const double tail : {0.4999, 0.4, 0.25, 0.1, 1e-3}) {
        EXPECT_EQ(one.of_tail(tail), 1.0);
        EXPECT_NEAR(two.of_tail(tail), std::cos(pi * tail), 1e-15);
        EXPECT_NEAR(three.of_tail(tail), 1.0 - 2.0 * tail, 1e-15);
        const double x = four.of_tail(tail);
        EXPECT_NEAR(0.5 - (x * std::sqrt(1.0 - x * x) + std::asin(x)) / pi, tail, 1e-15);
        for (const CoordinateQuantile* law : {&two, &three, &four})
            EXPECT_NEAR(law->of_deviate(normal_upper_quantile(tail)), law->of_tail(tail), 1e-15);
    }
    EXPECT_NEAR(two.of_tail(0.5), 0.0, 1e-16);
    EXPECT_EQ(four.of_tail(0.5), 0.0);
    EXPECT_GT(std::fabs(four.of_tail(0.1) - CoordinateQuantile(5.0, 9.2).of_tail(0.1)), 1e-2);  // twin: another n
}

TEST(CoordinateQuantile, TailsAndErrors) {
    for (const double n : {2.0, 3.0, 4.0, 1e3, 1e9}) {
        const CoordinateQuantile law(n, largest_deviate_of_words);
        double before = 2.0;
        for (const double tail : {0x1p-65, 0x1p-64, 1e-15, 1e-3, 0.5}) {  // decreasing in the tail, never above one
            const double x = law.of_tail(tail);
            EXPECT_LE(x, 1.0);
            EXPECT_LE(x, before);
            before = x;
        }
    }
    EXPECT_LT(upper_tail(largest_deviate_of_words), 0x1p-65);
    EXPECT_THROW(CoordinateQuantile(0.5, 9.2), std::domain_error);
    EXPECT_THROW(CoordinateQuantile(4.0, 40.0), std::domain_error);
}

}  // namespace
}  // namespace modecollapse
