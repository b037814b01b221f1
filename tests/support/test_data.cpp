#include "test_data.hpp"

namespace modecollapse::support {

std::string test_data(const char* name) { return std::string(MODECOLLAPSE_TEST_DATA "/") + name; }

}  // namespace modecollapse::support
