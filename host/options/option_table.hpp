// Every option of the command line, once: name, kind, default, allowed range, help, and the commands that take it.
//
// The same table serves the flags, the keys of a configuration file, --help, --dump-config and the checks, so they
// cannot disagree.
#pragma once

#include <string>
#include <vector>

#include "host/options/option_row.hpp"

namespace modecollapse {

struct OptionSpec {
    const char* name;  // without the dashes
    Kind kind;
    const char* fallback;  // default value as text; null: none
    double low, high;      // allowed range of each number
    const char* range;     // the same in words, or the choices "a|b|c"
    const char* group;     // heading in --help
    const char* help;
    unsigned commands;
    const char* symbol = "";  // of the quantity, as in PHYSICS.md
    const char* words = "";   // what it is, symbol included; default: the name and the symbol
};

// What an option is, in its own words: "annealing time t0".
std::string long_name_of(const OptionSpec& option);

const std::vector<OptionSpec>& option_table();

// The option of that name which `command` takes, or null.
const OptionSpec* find_option(const std::string& name, unsigned command);

// The names of the options that `command` takes.
std::vector<std::string> option_names(unsigned command);

// Default of an option for a command: a few differ (number of trajectories, dimensions).
std::string fallback_of(const OptionSpec& option, unsigned command);

// The name in `names` with the smallest edit distance to `name`; one that `name` begins counts as near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);

}  // namespace modecollapse
