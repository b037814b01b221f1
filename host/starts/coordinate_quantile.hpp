// Distribution of one coordinate x of a uniform unit vector in R^n, inverted: density proportional to (1 - x^2)^((n -
// 3) / 2).
//
// In terms of the standard normal deviate z of the same probability, P(x' > x(z)) = P(Z > z), so that nothing is lost
// in either tail and sqrt(n) x(z) -> z as n grows:  x = t / sqrt(n - 1 + t^2),  t the quantile of Student's law with n
// - 1 degrees of freedom. n = 2: x = cos of a uniform angle; n = 3: x uniform; these two are taken from the tail
// probability itself. Others: x(z) / z by piecewise polynomials, fitted when built, to about 1e-14 of the reference
// (Boost's Student quantile).
#pragma once

#include <array>
#include <vector>

namespace modecollapse {

class CoordinateQuantile {
public:
    // n >= 1; 0 <= z <= largest_z <= 37. n = 1 is the law of a sign. Throws std::domain_error.
    CoordinateQuantile(double n, double largest_z);

    // x >= 0 with P(x' > x) = P(Z > z), for z >= 0; beyond largest_z the value there.
    double of_deviate(double z) const;
    // The same from the tail probability q = P(x' > x), 0 < q <= 1/2.
    double of_tail(double tail) const;

    // The slow reference that the polynomials are fitted to; n > 1.
    static double reference(double n, double z);

private:
    static constexpr int nodes = 12;
    static constexpr double width = 0.5;
    double n_;
    double largest_z_;
    std::vector<std::array<double, nodes>> pieces_;  // power series of x(z) / z in the local coordinate, on [-1, 1]
};

}  // namespace modecollapse
