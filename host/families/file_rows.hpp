// What data in files have in common, whatever their rows are: the order in which they are looked at, and how it is known that
// what was read of a file still holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace modecollapse {

// 0 .. rows - 1 in an order that depends on nothing else, so that a file that is sorted can be cut in two: the first ones are held
// out, the others trained on.
std::vector<std::uint64_t> shuffled(std::uint64_t rows);

// A file as it is now: another content has another time or size.
std::string identity_of(const std::string& path);

}  // namespace modecollapse
