// modecollapse probability --rare: P(collapse) where next to no random start collapses.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

// The options have passed require_sampling.
Report run_rare_probability(const Configuration& options);

}  // namespace modecollapse
