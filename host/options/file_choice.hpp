// Choices that take the name of a file as well ("toy|pinwheel|FILE"), needs of such a file, and the commands that read one.
#pragma once

#include "host/options/option_row.hpp"

namespace modecollapse {

inline constexpr const char* any_file = "FILE";  // stands last among the values of a choice
inline constexpr const char* none_of = "!";      // in front of a need's values: any other, and the option has one

// What an option of numbers from 0 on that turns something off with 0 must not be.
inline Need above_0(const char* option) { return {option, std::string(none_of) + "0"}; }

inline constexpr unsigned encode_command = 1u << 12;       // what a saved VAE's encoder makes of data
inline constexpr unsigned reconstruct_command = 1u << 13;  // and what its decoder makes of that
inline constexpr unsigned data_commands = encode_command | reconstruct_command;

// May its value be the name of a file that the numbers depend on, beside its choices or instead of them?
bool names_files(const OptionRow& option);

}  // namespace modecollapse
