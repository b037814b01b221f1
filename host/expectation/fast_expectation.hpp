// Builds the fast forms of T and c: Chebyshev interpolation of the quadrature reference, truncated where the
// coefficients allow.
#pragma once

#include <functional>
#include <vector>

#include "modecollapse/mixture/expectation.hpp"

namespace modecollapse {

inline constexpr double default_expectation_error = 1e-10;

struct FittedPolynomial {
    ParitySplitPolynomial polynomial;
    double
        // sum of the discarded Chebyshev coefficients' magnitudes, plus rounding in the given unit roundoff
        error_bound;
};

// sum_k a_k T_k(x) as even(y) + x odd(y), y = 2 x^2 - 1, in powers of y, constant term first; both of one length.
struct SplitPowers {
    std::vector<double> even, odd;
};
SplitPowers split_by_parity(const std::vector<double>& chebyshev);

// Fit of f on [-1, 1] to the absolute error `error`. Throws std::runtime_error if the form's capacity does not suffice.
FittedPolynomial fit_polynomial(const std::function<double(double)>& f, double error);

// Fast T and c for one (R, w*, w1), each to `error` (absolute; both are bounded by 1).
FastExpectations build_fast_expectations(double radius, double target_weight, double weight,
                                         double error = default_expectation_error);

}  // namespace modecollapse
