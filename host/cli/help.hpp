// What --help and --help-all print for a command.
#pragma once

#include <map>
#include <string>

#include "host/cli/command_table.hpp"

namespace modecollapse {

enum class HelpExtent { brief, everything };  // the options that most runs are given, and the names of the others; all

// Of the program, beyond its commands.
inline constexpr const char* about_lists =
    "Lists: 10,100,1000 or 1:4:0.25 or log:1:1000:31. A number may be a fraction, 2/3.";
inline constexpr const char* about_words =
    "What the words of an output mean: docs/glossary.md, installed as share/doc/modecollapse/glossary.md; in Python "
    "modecollapse.words().";
inline constexpr const char* about_exit_codes =
    "Exit codes: 0 done; 2 wrong use; 3 no such device; 4 damaged file; 5 the result could not be written; 6 finished, "
    "but members or cells failed; 75 stopped early, resumable; 130 stopped early, not resumable.";
inline constexpr const char* about_environment =
    "Environment: MODECOLLAPSE_ISA=avx512|avx2|baseline, the instruction set of the CPU (default: the widest there is; "
    "results are the same bits with each).";

// modecollapse --help
std::string program_help();

// Columns to write in: those of the terminal or of COLUMNS, 80 to 120.
int text_width();

std::string heading(Group group, const std::string& family);  // over the options of a group

// "N", "LIST" and so on: what stands for a value; of a flag nothing.
const char* placeholder(Kind kind);

// Range and defaults: "0.001 to 10; default 1.5".
std::string range_text(const OptionRow& option, unsigned command);

std::string first_family_with(const std::string& option, unsigned command);

// What an option is, with every family that has it.
std::string help_of_all_families(const std::string& name, unsigned command);

// The options that a command has with the family named in `given` (or the default one), each with the default that holds;
// with `everything` then those of all families. given: options of the command line so far, name -> text.
std::string help_text(const CommandEntry& command, const std::map<std::string, std::string>& given, HelpExtent extent);

}  // namespace modecollapse
