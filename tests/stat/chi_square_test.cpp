// Proves: the chi-square variates behind the initial law have their law, for every way in which they are drawn: a
// fraction, one, few and many degrees of freedom; and the two of a trajectory are independent.
#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <functional>
#include <string>
#include <vector>

#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse {
namespace {

std::vector<double> draws(double degrees, int count, Purpose purpose = Purpose::initial_chi_square_first) {
    const InitialLaw<double, Random123Words> law({}, 20250102, degrees + 2.0);
    std::vector<double> result;
    for (int i = 0; i < count; ++i) {
        const auto id = static_cast<std::uint64_t>(i);
        result.push_back(law.chi_square(&id, purpose));
    }
    return result;
}

class ChiSquareWith : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(Degrees, ChiSquareWith, testing::Values(0.3, 1.0, 1.5, 2.0, 2.5, 3.0, 8.0, 98.0));

// 8 tests, alpha = 1e-4 for the family. Power: 10 % more degrees shift the mean by at least 0.07 standard deviations
// and the distribution by about 0.028; at n = 100000 that is sqrt(n) D = 9.
TEST_P(ChiSquareWith, FollowsItsLaw) {
    const double degrees = GetParam();
    std::vector<double> sample = draws(degrees, 100000);
    const auto p_against = [&](double law_degrees) {
        const boost::math::chi_squared_distribution<> law(law_degrees);
        return support::kolmogorov_smirnov(sample, [&](double x) { return boost::math::cdf(law, x); }).p_value;
    };
    RecordProperty("p_value", support::digits(p_against(degrees)));
    EXPECT_GT(p_against(degrees), 1e-4 / 8.0);
    EXPECT_LT(p_against(1.1 * degrees), 1e-4 / 8.0);  // twin
}

struct MomentZ {
    double mean, variance;
};

// z of the mean and of the variance: the variance of (x - n)^2 is that of the fourth central moment, 12 n (n + 4) - (2
// n)^2.
MomentZ moment_z(const std::vector<double>& sample, double degrees) {
    support::SampleMean mean, square;
    for (const double x : sample) {
        mean.add(x);
        square.add((x - degrees) * (x - degrees));
    }
    const auto n = static_cast<double>(sample.size());
    return {
        (mean.mean() - degrees) / std::sqrt(2.0 * degrees / n),
        (square.mean() - 2.0 * degrees) / std::sqrt((12.0 * degrees * (degrees + 4.0) - 4.0 * degrees * degrees) / n)};
}

TEST(ChiSquare, MeanAndVariance) {
    const double bound = support::largest_z(1e-4, 14);
    for (const double degrees : {1.0, 2.0, 3.0, 8.0, 98.0, 1e6 - 2.0, 1e9 - 2.0}) {
        const std::vector<double> sample = draws(degrees, 200000);
        const MomentZ z = moment_z(sample, degrees);
        EXPECT_LT(std::fabs(z.mean), bound) << degrees;
        EXPECT_LT(std::fabs(z.variance), bound) << degrees;
        // twin: degrees off by 5 % of a standard deviation, sqrt(200000) 0.05 = 22 standard errors of the mean
        EXPECT_GT(std::fabs(moment_z(sample, degrees + 0.05 * std::sqrt(2.0 * degrees)).mean), bound) << degrees;
    }
}

TEST(ChiSquare, NoDegreesGiveZero) {
    for (const double x : draws(0.0, 1000)) EXPECT_EQ(x, 0.0);
}

TEST(ChiSquare, TheTwoOfATrajectoryAreIndependent) {
    for (const double degrees : {1.0, 8.0, 98.0}) {
        const std::vector<double> first = draws(degrees, 200000),
                                  second = draws(degrees, 200000, Purpose::initial_chi_square_second);
        support::SampleMean product, twin;
        for (std::size_t i = 0; i < first.size(); ++i) {
            product.add((first[i] - degrees) * (second[i] - degrees));
            twin.add((first[i] - degrees) * (first[i] + 20.0 * second[i] - 21.0 * degrees));  // correlated by 1/20
        }
        EXPECT_LT(std::fabs(product.z_against(0.0)), support::largest_z(1e-4, 3)) << degrees;
        EXPECT_GT(std::fabs(twin.z_against(0.0)), support::largest_z(1e-4, 3)) << degrees;
    }
}

}  // namespace
}  // namespace modecollapse
