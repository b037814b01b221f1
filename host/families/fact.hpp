// What a family tells in a result beyond its schema: what its physics resolved to, constants that no option sets.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>

namespace modecollapse {

struct Fact {
    std::string name;
    std::string long_name;
    std::variant<double, std::int64_t, std::string> value;  // NaN: there is none
    enum Kind { data, parameter } kind = data;              // parameter: what the data are told for
    std::optional<std::int64_t> absence = {};               // this whole number stands for none
    bool missing = false;                                   // a word that stands for none
};

inline constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace modecollapse
