// How a value out of range is refused: std::domain_error naming the quantity, its value and the allowed range. Host
// only.
#pragma once

#include <stdexcept>
#include <string>

namespace modecollapse {

// Throws "WHAT (allowed: ALLOWED)" unless `ok`.
inline void require(bool ok, const std::string& what, const std::string& allowed) {
    if (!ok) throw std::domain_error(what + " (allowed: " + allowed + ")");
}

// Throws "NAME = VALUE (allowed: RANGE)" unless `ok`.
inline void require(bool ok, const char* name, double value, const char* range) {
    if (!ok) require(false, std::string(name) + " = " + std::to_string(value), range);
}

}  // namespace modecollapse
