// Where counts do not depend on the instruction set, so that runs of different processors go together.
#pragma once

#include <string>

namespace modecollapse {

// Do tests prove equal bits on every instruction set of the backend? On the CPU they do, for every family, dynamics and
// precision (tests/cli/test_instruction_sets.py). Of architectures of GPUs none does. What is proved is recorded and
// no part of config_hash.
inline bool has_equal_bits_on_every_isa(const std::string& backend) { return backend == "cpu"; }

}  // namespace modecollapse
