// Exact samples of the target of a flow, for the forward KL (realnvp/draws.hpp).
#pragma once

#include <vector>

#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

// Of a member: (count, d).
std::vector<double> target_samples(const RealnvpProblem& problem, std::uint64_t seed, std::uint64_t member,
                                   std::uint64_t count);

}  // namespace modecollapse
