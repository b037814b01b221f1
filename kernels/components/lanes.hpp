// One thread's part of an ensemble of K components, compiled once per instruction set (lanes.cpp).
#pragma once

#include "kernels/components/ensemble.hpp"

namespace modecollapse {

// memory: words_of_a_lane() x most_components_lanes doubles, aligned to 64 bytes.
using ComponentsLanes = void (*)(const components::Task& task, const components::Ends& ends, double* memory);
void components_lanes_baseline(const components::Task& task, const components::Ends& ends, double* memory);
void components_lanes_avx2(const components::Task& task, const components::Ends& ends, double* memory);
void components_lanes_avx512(const components::Task& task, const components::Ends& ends, double* memory);

inline constexpr int most_components_lanes = 8;

}  // namespace modecollapse
