// phase-diagram --set NAME=VALUE, any number of times: values that stand in the place of those of the sweep file.
#pragma once

#include <toml++/toml.h>

#include <map>
#include <string>

#include "host/options/configuration.hpp"

namespace modecollapse {

inline constexpr const char* override_option = "set";
inline constexpr char between_overrides = '\n';  // in its value, where it is given several times

// Name -> text, as on the command line: "1,2,3", "1:4:0.25", "2/3". Throws UsageError.
std::map<std::string, std::string> overrides_from(const Configuration& options);

// The document with each in the section that has the name, else in [fixed]. The nodes have no place in the file (place_of: "--set").
toml::table with_values(toml::table document, const std::map<std::string, std::string>& overrides);

}  // namespace modecollapse
