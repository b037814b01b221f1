// The errors of every file that is read back: journals, saved flows.
#pragma once

#include <stdexcept>

namespace modecollapse {

// The file is not what it claims to be (exit code 4).
struct CorruptFile : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A sound file of another version of the program (exit code 2).
struct OtherVersion : std::domain_error {
    using std::domain_error::domain_error;
};

}  // namespace modecollapse
