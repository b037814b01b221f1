// The one place that knows whether a CUDA compiler reads the physics.
//
// Every function under include/ carries MC_HOST_DEVICE. It forces inlining, because the CPU backend compiles the same
// headers once per instruction set: an out-of-line copy shared by the linker could carry AVX-512 code into the baseline
// path. MC_HOST_DEVICE_CALL is for large members called from several places: a pack is of one instruction set, so its
// copy is too. A GPU inlines them: a call would let the address of a kernel's parameters escape, no longer constants.
#pragma once

#if defined(__CUDACC__)
#define MC_HOST_DEVICE __host__ __device__ __forceinline__
#define MC_HOST_DEVICE_CALL __host__ __device__ __forceinline__
#elif defined(MODECOLLAPSE_INLINE_FREELY)  // tests, and sanitized code: forced inlining takes minutes a file there
#define MC_HOST_DEVICE inline
#define MC_HOST_DEVICE_CALL [[gnu::noinline]]
#else
#define MC_HOST_DEVICE [[gnu::always_inline]] inline
#define MC_HOST_DEVICE_CALL [[gnu::noinline]]
#endif
