// What K components may be asked for. Throws std::domain_error: option, value, allowed range.
#pragma once

#include "host/components/setup.hpp"

namespace modecollapse::components {

// On a smaller sphere the directions turn within less than the shortest step of the flow.
inline constexpr double smallest_start_radius = 1e-9;

void check(const Request& request);

// Modes of one target in R^d: 1 to 64 of them, at different places.
void check_modes(const std::vector<std::vector<double>>& modes, double dimension);

// Weights that sum to 1, or equal ones if none are given. name: of the option.
std::vector<double> checked_weights(const std::vector<double>& weights, int count, const char* name);

std::uint64_t checked_steps(const Payload& problem);  // of sgd; problem: with its weights

}  // namespace modecollapse::components
