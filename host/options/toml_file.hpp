// TOML files as the command line reads them: keys are option names, values become option texts that remember their
// place.
#pragma once

#include <toml++/toml.h>
#include <string>

#include "host/options/configuration.hpp"

namespace modecollapse {

// Parses a file. Throws UsageError with line and column. `as`: how to name the file in messages ("--config x.toml").
toml::table read_toml(const std::string& path, const std::string& as);

// The two halves of it: all of a file, which may be a pipe, read once from the beginning to the end; and its parts.
std::string text_of_toml(const std::string& path, const std::string& as);
toml::table parse_toml(const std::string& text, const std::string& path, const std::string& as);

// "x.toml, line 3, column 1"; "--set" for what is not from the file.
std::string place_of(const toml::source_region& source, const std::string& path);

// The text an option would have on the command line: a list becomes "1,2,3". Throws UsageError naming the place.
GivenValue given_value(const std::string& name, const toml::node& node, const toml::source_region& key,
                       const std::string& path);

// The texts of a list's elements; none of what is no list, or has something else in it.
std::vector<std::string> texts_within(const toml::node& node);

// The same if any of them is a list itself, or several numbers as a text; else none.
std::vector<std::string> lists_within(const toml::node& node);

// A text as TOML writes it, on one line.
std::string toml_string(const std::string& text);

// Throws UsageError: unknown key at its place, with the nearest of `names`.
[[noreturn]] void refuse_key(const std::string& name, const toml::source_region& key, const std::string& path,
                             const std::string& context, const std::vector<std::string>& names);

}  // namespace modecollapse
