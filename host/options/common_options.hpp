// The options that no family has of its own: what a command asks for, how it runs, and where its result goes.
#pragma once

#include "host/options/option_row.hpp"

namespace modecollapse {

// family_choices: the names of all families, "a|b|c".
OptionRows common_options(const std::string& family_choices);

}  // namespace modecollapse
