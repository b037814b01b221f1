// One thread's part of an ensemble of linear VAEs, compiled once per instruction set (lanes.cpp).
#pragma once

#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse {

// memory: lanes_memory() doubles, aligned to 64 bytes.
using LinearVaeLanes = void (*)(const linear_vae::Task& task, const linear_vae::Ends& ends, double* memory);
void linear_vae_lanes_baseline(const linear_vae::Task& task, const linear_vae::Ends& ends, double* memory);
void linear_vae_lanes_avx2(const linear_vae::Task& task, const linear_vae::Ends& ends, double* memory);
void linear_vae_lanes_avx512(const linear_vae::Task& task, const linear_vae::Ends& ends, double* memory);

inline constexpr int most_linear_vae_lanes = 8;

}  // namespace modecollapse
