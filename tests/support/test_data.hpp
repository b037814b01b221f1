// Where the files of tests/data are. The path stands in one object file alone: as a definition of every test it would keep a compiler
// cache from finding in one clone what it compiled in another.
#pragma once

#include <string>

namespace modecollapse::support {

// The path of tests/data/<name>.
std::string test_data(const char* name);

}  // namespace modecollapse::support
