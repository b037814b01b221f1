// The options of the program: the common ones and those of every family, as a command has them.
//
// The same rows serve the flags, the keys of a configuration file, --help, --dump-config and the checks, so they cannot
// disagree. An option may have a row in several families; that of the family at hand holds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/options/option_row.hpp"

namespace modecollapse {

// The rows that a command has with a family, in the order in which they are told and recorded.
const std::vector<const OptionRow*>& option_rows(unsigned command, const std::string& family);

// Those that a command has with any family: several of one name where families have their own.
std::vector<const OptionRow*> all_option_rows(unsigned command);

// The row of that name which `command` has with the family, or with any; null if there is none.
const OptionRow* find_option(const std::string& name, unsigned command, const std::string& family);
const OptionRow* find_option(const std::string& name, unsigned command);

// The names of the options that `command` takes, with any family.
std::vector<std::string> option_names(unsigned command);

const std::string& default_family();
std::vector<std::string> families_of(unsigned command);  // that take it

// The values that an option can have in a configuration: one, or those of an axis; none: not given and without default.
using ValuesOf = std::function<std::vector<std::string>(const std::string& option)>;

// The default that holds, or an empty text.
std::string default_of(const OptionRow& option, unsigned command, const std::string& family, const ValuesOf& values_of);

// What a message says of an unknown name: " (nearest: --radius)", or nothing where no name is near by edit distance; one
// that `name` begins is. before, after: what stands around a name.
std::string nearest_note(const std::string& name, const std::vector<std::string>& names, const std::string& before = {},
                         const std::string& after = {});

}  // namespace modecollapse
