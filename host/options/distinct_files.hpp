// A run writes no file that it reads, nor one twice.
#pragma once

#include "host/options/configuration.hpp"

namespace modecollapse {

// By whatever paths, also where there is none yet.
bool is_same_file(const std::string& one, const std::string& other);

// Throws UsageError where an option that names a file to be written and another option name the same file, by whatever
// path. Saved members may be continued in their place.
void refuse_same_files(const Configuration& options);

}  // namespace modecollapse
