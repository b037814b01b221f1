// What a TOML document must be before the parser sees it. toml++ 3.3 does what is undefined on a letter beyond ASCII
// that stands outside strings and comments, and overflows its stack on keys of tens of thousands of parts.
#pragma once

#include <string>

namespace modecollapse {

inline constexpr int most_toml_levels = 64;  // parts of a key, and lists and tables inside each other

// Throws UsageError, naming line and column, for bytes that are not UTF-8, for letters beyond ASCII outside strings and
// comments, and for keys and values of more than most_toml_levels levels. `as`: how to name the file.
void require_parsable(const std::string& text, const std::string& as);

}  // namespace modecollapse
