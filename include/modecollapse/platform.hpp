// The one place that knows whether a CUDA compiler reads the physics.
//
// Every function under include/ carries MC_HOST_DEVICE. It forces inlining, because the CPU backend compiles the same headers once per
// instruction set: an out-of-line copy shared by the linker could carry AVX-512 code into the baseline path.
#pragma once

#if defined(__CUDACC__)
#define MC_HOST_DEVICE __host__ __device__ __forceinline__
#else
#define MC_HOST_DEVICE [[gnu::always_inline]] inline
#endif

// The same for a lambda, after its parameters.
#define MC_INLINE_LAMBDA __attribute__((always_inline))
