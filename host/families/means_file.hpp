// Modes from a file: .csv, a mode a line, numbers between commas, semicolons or blanks (one
// kind in a file; blanks may surround the others), what follows a # left out; or .npy, a two-
// dimensional array of doubles or floats in C order.
#pragma once

#include <string>
#include <vector>

namespace modecollapse {

// (K*, r). Throws std::domain_error with the reason.
std::vector<std::vector<double>> read_means(const std::string& path);

}  // namespace modecollapse
