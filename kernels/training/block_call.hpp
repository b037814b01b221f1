// Functions of passes by a CUDA block that are calls there, not inlined (a pass has dozens of products), and what the compiler is told
// of their pointers: whoever is called does not know what memory they point to, and would have to ask at every access.
#pragma once

#include "modecollapse/numbers/platform.hpp"

#if defined(__CUDACC__)
#define MC_BLOCK_CALL __device__ __noinline__
#define MC_IN_DEVICE_MEMORY(pointer) __builtin_assume(__isGlobal(pointer))
#else
#define MC_BLOCK_CALL MC_HOST_DEVICE_CALL inline
#define MC_IN_DEVICE_MEMORY(pointer)
#endif
