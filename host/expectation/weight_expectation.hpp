// Builds the fast forms that trainable weights need: V(m) and the gap between the components
// (include/modecollapse/mixture/component_gap.hpp).
#pragma once

#include <vector>

#include "modecollapse/mixture/component_gap.hpp"

namespace modecollapse {

// Absolute error of the gap, and of c = w1 w2 (1 - d gap / d lambda), for R up to 10 and weights down to 1e-8.
inline constexpr double default_weight_expectation_error = 1e-9;

struct WeightExpectations {
    ParitySplitPolynomial log_target;  // V(m)
    ComponentGap gap;                  // views of the two vectors below
    std::vector<double> inner_coefficients, outer_coefficients;

    WeightExpectations() = default;
    WeightExpectations(const WeightExpectations&) = delete;
    WeightExpectations& operator=(const WeightExpectations&) = delete;
};

// Fills `result` for one (R, w*). Throws std::runtime_error if a form's capacity does not suffice.
void build_weight_expectations(double radius, double target_weight, double error, WeightExpectations& result);

}  // namespace modecollapse
