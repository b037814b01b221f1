// Numbers and lists of numbers as text: "10,100,1000", "1:4:0.25" (start:stop:step, stop included), "log:1:1000:31" (31
// points, log spacing), or a mixture separated by commas. All functions throw std::invalid_argument with the reason.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace modecollapse {

// The parts between separators; an empty text has one empty part.
std::vector<std::string> split(const std::string& text, char separator);

double parse_number(const std::string& text);  // finite, and 0 or normal
bool is_integer(double value);

std::vector<double> parse_list(const std::string& text);

// The same for an option that takes whole numbers: log-spaced values are rounded, and one that repeats its neighbour is
// left out.
std::vector<double> parse_whole_list(const std::string& text);

// A seed: a whole number from 0 to 2^64 - 1, which a double does not hold.
std::uint64_t parse_seed(const std::string& text);

// A list of seeds in the same forms, exact to the last digit; log-spaced ones as above.
std::vector<std::uint64_t> parse_seed_list(const std::string& text);

}  // namespace modecollapse
