// Numbers that must lie in a range, refused by name with their value as it was given: see require.hpp. Host only.
#pragma once

#include "modecollapse/numbers/require.hpp"

namespace modecollapse {

inline void require_in(double value, double low, double high, const char* name, const char* range) {
    require(value >= low && value <= high, name, value, range);
}
inline void require_positive(double value, double high, const char* name, const char* range) {
    require(value > 0.0 && value <= high, name, value, range);
}

}  // namespace modecollapse
