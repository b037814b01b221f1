// What reaches the terminal: text from files and arguments must not be able to command it.
#pragma once

#include "host/io/printable.hpp"

namespace modecollapse {

// Log messages go to stderr as "modecollapse: ...", printable.
void start_log();

}  // namespace modecollapse
