// Text of unknown origin, such as a file's name, made fit for a terminal and a log.
#pragma once

#include <string>

namespace modecollapse {

// Control characters but newline and tab, bytes that are no UTF-8, and marks that turn the direction of writing, as
// \xNN or \uNNNN. python/modecollapse/_text.py does the same.
std::string printable(const std::string& text);

// The same in one line: newline and tab as well.
std::string printable_line(const std::string& text);

}  // namespace modecollapse
