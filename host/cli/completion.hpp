// Completion of commands, options and choices in bash, zsh and fish, from the command and option tables: what
// `modecollapse --completion SHELL` prints and cmake --install puts where the shells look.
#pragma once

#include <string>

namespace modecollapse {

// shell: "bash", "zsh" or "fish"; else throws UsageError.
std::string completion_script(const std::string& shell);

}  // namespace modecollapse
