// What every fit to a target of known modes can be measured by: names, units and words.
#pragma once

#include "host/families/tally.hpp"

namespace modecollapse {

inline constexpr Quantity mode_weight_error_measure = {
    "mode_weight_error", "1", "mode-weight error (1/2) sum_k |w*_k - q_k|, q_k the share of mode k in q"};
inline constexpr Quantity entropic_mode_coverage_measure = {"entropic_mode_coverage", "1",
                                                            "entropy of the shares of the modes in q over log K*"};

}  // namespace modecollapse
