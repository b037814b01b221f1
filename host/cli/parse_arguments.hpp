// The command line, taken apart: which command, which options as given, what else. Nothing is run and no file is read.
#pragma once

#include <map>

#include "host/cli/command_table.hpp"

namespace modecollapse {

struct ParsedCommand {
    const CommandEntry* command;  // null: help or the version was asked for, and has been printed
    std::map<std::string, GivenValue> given;
    std::vector<std::string> positionals;
    int exit_code;  // of a null command
};

// Throws UsageError.
ParsedCommand parse_arguments(int argc, const char* const* argv);

}  // namespace modecollapse
