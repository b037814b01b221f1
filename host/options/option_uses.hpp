// What an option is used by: with which values of other options its own value can change anything. A command refuses an
// option that it does not use, and leaves it out of what it records.
//
// One table: each row names an option, the commands it speaks of, and the alternatives under which they use it, each a
// list of needs that hold together. An option without a row for a command is always used there (or it describes the
// problem or the run: --radius, --seed, --threads and the like).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/options/option_table.hpp"

namespace modecollapse {

struct OptionUse {
    const char* option;
    unsigned commands;
    std::vector<Needs> alternatives;
};
const std::vector<OptionUse>& option_uses();

// The values that an option can have in a configuration: one, or those of an axis; none: not given and without default.
using ValuesOf = std::function<std::vector<std::string>(const std::string& option)>;

bool is_used(const std::string& option, unsigned command, const ValuesOf& values_of);

// Can the family use the option, whatever the other options are?
bool used_by_family(const std::string& option, unsigned command, const std::string& family);

// "is not used with --dynamics flow (allowed: leave it out, or --dynamics sgd|sgd-full|sde, or --family realnvp)": why an
// option that is not used is refused.
std::string unused_reason(const std::string& option, unsigned command, const ValuesOf& values_of);

// Words for an option that a command does not have but others do, with what they use it for; empty: nobody has it.
std::string used_elsewhere(const std::string& option);

}  // namespace modecollapse
