// Two registers side by side, which hide each other's latency. Without a fused multiply-add in hardware (x86 before 2013)
// every operation is a call of the C library: a second register would only double the code.
#pragma once

#include "kernels/lanes/pair.hpp"

namespace modecollapse {

#if defined(__x86_64__) && !defined(__FMA__)
template <class Half>
using TwoRegisters = Half;
#else
template <class Half>
using TwoRegisters = Pair<Half>;
#endif

}  // namespace modecollapse
