// How a value out of range is refused: std::domain_error naming the quantity, its value and the allowed range. Host
// only.
#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>

namespace modecollapse {

// At most six digits, without zeros at the end.
inline std::string short_text(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", x);
    return buffer;
}

// Throws "WHAT (allowed: ALLOWED)" unless `ok`.
inline void require(bool ok, const std::string& what, const std::string& allowed) {
    if (!ok) throw std::domain_error(what + " (allowed: " + allowed + ")");
}

// Throws "NAME = VALUE (allowed: RANGE)" unless `ok`.
inline void require(bool ok, const char* name, double value, const char* range) {
    if (!ok) require(false, std::string(name) + " = " + short_text(value), range);
}

}  // namespace modecollapse
