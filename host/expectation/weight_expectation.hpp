// Builds the fast forms that trainable weights need: V(m) and the gap between the components
// (include/modecollapse/mixture/component_gap.hpp).
#pragma once

#include <vector>

#include "modecollapse/mixture/component_gap.hpp"

namespace modecollapse {

// Absolute error of the gap, and of c = w1 w2 (1 - d gap / d lambda), for R up to 10 and weights down to 1e-8.
inline constexpr double default_weight_expectation_error = 1e-9;

// How light a weight can get: down to what softmax leaves of it, or without a bound.
enum class GapRange { down_to_2e_minus_9, any };

struct WeightExpectations {
    ParitySplitPolynomial log_target;  // V(m)
    ComponentGap gap;                  // views of the vectors below
    std::vector<double> inner_coefficients, outer_coefficients, far_coefficients;

    WeightExpectations() = default;
    WeightExpectations(const WeightExpectations&) = delete;
    WeightExpectations& operator=(const WeightExpectations&) = delete;
};

// Error of log S far from equal weights: a relative error of S, which is R^2 at most and mostly much less.
inline constexpr double far_gap_error = 1e-9;

// Fills `result` for one (R, w*). Throws std::runtime_error if a form's capacity does not suffice.
void build_weight_expectations(double radius, double target_weight, GapRange range, double error,
                               WeightExpectations& result);

}  // namespace modecollapse
