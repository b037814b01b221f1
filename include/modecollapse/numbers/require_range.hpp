// Numbers that must lie in a range, refused by name with their value as it was given: see require.hpp. Host only.
#pragma once

#include <cstdio>

#include "modecollapse/numbers/require.hpp"

namespace modecollapse {

// At most six digits, without zeros at the end.
inline std::string short_text(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", x);
    return buffer;
}

inline void require_in(double value, double low, double high, const char* name, const char* range) {
    require(value >= low && value <= high, std::string(name) + " = " + short_text(value), range);
}
inline void require_positive(double value, double high, const char* name, const char* range) {
    require(value > 0.0 && value <= high, std::string(name) + " = " + short_text(value), range);
}

}  // namespace modecollapse
