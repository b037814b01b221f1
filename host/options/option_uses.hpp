// What an option is used by: with which values of other options its own value can change anything, as its row says. A
// command refuses an option that it does not use, and leaves it out of what it records.
#pragma once

#include <string>

#include "host/options/option_table.hpp"

namespace modecollapse {

// Do they hold together?
bool all_hold(const Needs& needs, unsigned command, const std::string& family, const ValuesOf& values_of);

bool is_used(const OptionRow& option, unsigned command, const std::string& family, const ValuesOf& values_of);

// "is not used with --dynamics flow (allowed: leave it out, or --dynamics sgd|sgd-full|sde, or --family realnvp)": why an
// option that is not used is refused. option: the family's row, or null if it has none.
std::string unused_reason(const std::string& name, const OptionRow* option, unsigned command, const std::string& family,
                          const ValuesOf& values_of);

std::string commands_text(unsigned commands);  // their names

// Words for an option that a command does not have but others do, with what they use it for; empty: nobody has it.
std::string used_elsewhere(const std::string& option);

}  // namespace modecollapse
