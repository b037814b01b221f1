// The error of every file that is read back: journals, saved flows.
#pragma once

#include <stdexcept>

namespace modecollapse {

// The file is not what it claims to be (exit code 4).
struct CorruptFile : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace modecollapse
