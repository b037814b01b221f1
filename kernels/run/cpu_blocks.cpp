#include "kernels/run/cpu_blocks.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace modecollapse {

bool cpu_supports(const char* isa) {
    if (std::strcmp(isa, "baseline") == 0) return true;
#if defined(MODECOLLAPSE_AVX2_LANES)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (std::strcmp(isa, "avx2") == 0) return avx2;
#endif
#if defined(MODECOLLAPSE_AVX512_LANES)
    if (std::strcmp(isa, "avx512") == 0)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#endif
    return false;
}

const char* best_cpu_isa() {
    for (const char* isa : {"avx512", "avx2"})
        if (cpu_supports(isa)) return isa;
    return "baseline";
}

void require_supported(const char* isa) {
    if (!cpu_supports(isa)) throw std::invalid_argument(std::string("this processor does not support ") + isa);
}

LaneWidth lane_width_of(const char* isa) {
    require_supported(isa);
    if (std::strcmp(isa, "avx512") == 0) return LaneWidth::avx512;
    return std::strcmp(isa, "avx2") == 0 ? LaneWidth::avx2 : LaneWidth::baseline;
}

}  // namespace modecollapse
