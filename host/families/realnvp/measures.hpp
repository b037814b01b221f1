// What a flow before a target of K* modes is measured by: names and words.
#pragma once

#include "host/families/mode_measures.hpp"

namespace modecollapse {

inline constexpr Quantity covered_modes_of_flow = {"covered_modes", "1",
                                                   "modes to which enough of their mass is nearest"};
inline constexpr const char* variance_in_span = "variance of samples in the span of the modes";

}  // namespace modecollapse
