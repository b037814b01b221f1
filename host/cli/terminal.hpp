// What reaches the terminal: text from files and arguments must not be able to command it.
#pragma once

#include "host/io/printable.hpp"

namespace modecollapse {

// Columns of the terminal behind a descriptor, or of COLUMNS; 0: unknown.
int terminal_columns(int descriptor);

// Can a line of stderr be drawn again? No: it is no terminal, or one that TERM calls dumb.
bool can_redraw();

// Log messages go to stderr as "modecollapse: ...", printable.
void start_log();

}  // namespace modecollapse
