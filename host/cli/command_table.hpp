// Every command, once: the command line, its help and the Python package read this table.
#pragma once

#include <vector>

#include "host/cli/commands.hpp"

namespace modecollapse {

struct CommandEntry {
    const char* name;
    unsigned bit;
    const char* help;
    const char* positional;                          // what it takes besides options, or null
    Report (*report)(const Configuration& options);  // of a command that computes one report, else null
    int (*run)(const Configuration& options, const std::vector<std::string>& positionals);  // of the others
    const char* examples;                                                                   // lines of --help
};

const std::vector<CommandEntry>& command_table();

}  // namespace modecollapse
