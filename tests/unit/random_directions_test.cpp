// Directions of linear data's signal (host/families/vae/random_directions.hpp).
#include <gtest/gtest.h>

#include <cmath>

#include "host/families/vae/random_directions.hpp"

namespace modecollapse {
namespace {

TEST(RandomDirections, AreOrthonormalAndAlwaysTheSame) {
    for (const auto& [count, dimension] : {std::pair<std::uint32_t, std::uint32_t>{1, 1}, {1, 2}, {3, 7}, {40, 40}}) {
        const std::vector<double> frame = random_directions(count, dimension);
        ASSERT_EQ(frame.size(), std::size_t{count} * dimension);
        for (std::size_t a = 0; a < count; ++a)
            for (std::size_t b = 0; b <= a; ++b) {
                double product = 0.0;
                for (std::size_t k = 0; k < dimension; ++k)
                    product += frame[a * dimension + k] * frame[b * dimension + k];
                EXPECT_NEAR(product, a == b ? 1.0 : 0.0, 1e-13);
            }
        EXPECT_EQ(random_directions(count, dimension), frame);
    }
}

// Coordinates of one direction of 10^4: those of a uniform one are nearly normal of variance 1/t.
TEST(RandomDirections, AreSpreadOverTheCoordinates) {
    const std::vector<double> one = random_directions(1, 10000);
    double fourth = 0.0, sum = 0.0;
    for (const double x : one) fourth += 1e4 * x * x * x * x, sum += x;
    EXPECT_NEAR(fourth, 3.0, 5.0 * std::sqrt(96.0 / 1e4));  // kurtosis of normals; its standard error
    EXPECT_LT(std::abs(sum), 5.0);
}

}  // namespace
}  // namespace modecollapse
