// A result in memory: named dimensions, variables with attributes, global attributes. What a result file holds, and
// nothing about its format.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace modecollapse {

using AttributeValue = std::variant<std::string, double, std::int64_t, std::vector<std::int8_t>>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using VariableData =
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::int8_t>, std::vector<std::string>>;

struct Variable {
    std::string name;
    std::vector<std::string> dimensions;  // slowest first
    VariableData data;                    // row-major over `dimensions`
    Attributes attributes;                // units and long_name at least; units "1": dimensionless
};

struct Dataset {
    std::vector<std::pair<std::string, std::size_t>> dimensions;
    std::vector<Variable> variables;
    Attributes attributes;
};

}  // namespace modecollapse
