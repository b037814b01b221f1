// Settings of an ensemble of linear VAEs, checked: what does not go together or lies out of range is refused by option,
// value and allowed range.
#pragma once

#include "modecollapse/linear_vae/problem.hpp"

namespace modecollapse::linear_vae {

inline constexpr double most_sample_evaluations = 1e12;  // of a member of sgd and sgd-full

// The settings with the steps of SGD to their horizon. Throws std::domain_error; TooLarge where a register of the full
// sampler would not fit into memory.
Payload checked(const Payload& asked);

}  // namespace modecollapse::linear_vae
