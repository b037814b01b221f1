// Texts for enumerators, from the one array of names that stands beside each enum.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace modecollapse {

// The enumerator whose name is `text`: value i for names[i]. Throws std::domain_error if there is none.
template <class Enum, std::size_t count>
Enum named(const char* const (&names)[count], const std::string& text) {
    for (std::size_t i = 0; i < count; ++i)
        if (text == names[i]) return static_cast<Enum>(i);
    throw std::domain_error("\"" + text + "\" is none of the names that this value can have");
}

// "a|b|c"
template <std::size_t count>
std::string joined(const char* const (&names)[count]) {
    std::string text = names[0];
    for (std::size_t i = 1; i < count; ++i) text += std::string("|") + names[i];
    return text;
}

// The variable of a file that holds an option: "annealing-time" -> "annealing_time".
inline std::string variable_name(std::string option) {
    std::replace(option.begin(), option.end(), '-', '_');
    return option;
}

}  // namespace modecollapse
