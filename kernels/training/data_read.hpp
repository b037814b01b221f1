// Which data an evaluation reads: held-out ones, or those of the training, which tell whether it has failed (vae/outcome.hpp).
#pragma once

#include <cstdint>

namespace modecollapse {

enum class DataRead { held_out, training };

// How many of the training's.
template <class Problem>
std::uint64_t training_data_read(const Problem& problem, std::uint64_t held_out) {
    const std::uint64_t seen = problem.batch * problem.steps;
    return seen < held_out ? seen : held_out;
}

}  // namespace modecollapse
