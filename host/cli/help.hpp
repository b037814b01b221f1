// What --help and --help-all print for a command.
#pragma once

#include <map>
#include <string>

#include "host/cli/command_table.hpp"

namespace modecollapse {

enum class HelpExtent { of_the_family, everything };

// Columns to write in: those of the terminal or of COLUMNS, 80 to 120.
int text_width();

std::string heading(Group group, const std::string& family);  // over the options of a group

std::string first_family_with(const std::string& option, unsigned command);

// What an option is, with every family that has it.
std::string help_of_all_families(const std::string& name, unsigned command);

// The options that a command has with the family named in `given` (or the default one), each with the default that holds;
// with `everything` those of all families. given: options of the command line so far, name -> text.
std::string help_text(const CommandEntry& command, const std::map<std::string, std::string>& given, HelpExtent extent);

}  // namespace modecollapse
