// MODECOLLAPSE_ISA: the instruction set of the CPU that a user asks for.
#pragma once

#include <string>

namespace modecollapse {

inline constexpr const char* isa_names[] = {"avx512", "avx2", "baseline"};  // the widest first

// What the environment asks for: one of the names, or empty. Throws UsageError for another.
std::string asked_isa();

}  // namespace modecollapse
