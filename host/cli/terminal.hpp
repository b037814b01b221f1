// What reaches the terminal: text from files and arguments must not be able to command it.
#pragma once

#include <string>

namespace modecollapse {

// Control characters but newline and tab, bytes that are no UTF-8, and marks that turn the direction of writing, as
// \xNN or \uNNNN. python/modecollapse/_text.py does the same.
std::string printable(const std::string& text);

// Log messages go to stderr as "modecollapse: ...", printable.
void start_log();

}  // namespace modecollapse
