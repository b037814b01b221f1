// Orders to a CUDA compiler about the loop that follows; a CPU's compiler decides for itself.
//
// A thread's arrays lie in registers only where every index is known when compiled: loops over them must be unrolled.
#pragma once

#if defined(__CUDACC__)
#define MC_PRAGMA(text) _Pragma(#text)
#define MC_UNROLL(rounds) MC_PRAGMA(unroll(rounds))  // rounds: a constant expression; 1: not at all
#define MC_UNROLL_ALL MC_PRAGMA(unroll)
#else
#define MC_UNROLL(rounds)
#define MC_UNROLL_ALL
#endif
