// How an ensemble of trajectories shares its work on the CPU (trainings: kernels/realnvp/ensemble.cpp): the items of a task are cut into blocks, which threads take from a shared
// counter. What a block computes depends on its items alone, and sums of counts on no order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>

#include "kernels/run/parallel.hpp"
#include "kernels/run/records.hpp"

namespace modecollapse {

// Throws std::invalid_argument for an instruction set that this machine lacks.
void require_supported(const char* isa);

// The function compiled for an instruction set: one of three of the same type.
enum class LaneWidth { baseline, avx2, avx512 };
LaneWidth lane_width_of(const char* isa);

template <class Function>
Function function_for(const char* isa, Function baseline, Function avx2, Function avx512) {
    const LaneWidth width = lane_width_of(isa);
    return width == LaneWidth::avx512 ? avx512 : width == LaneWidth::avx2 ? avx2 : baseline;
}
#if defined(MODECOLLAPSE_AVX512_LANES)
#define MC_FUNCTION_FOR(isa, name) ::modecollapse::function_for(isa, name##_baseline, name##_avx2, name##_avx512)
#elif defined(MODECOLLAPSE_AVX2_LANES)
#define MC_FUNCTION_FOR(isa, name) ::modecollapse::function_for(isa, name##_baseline, name##_avx2, name##_avx2)
#else
#define MC_FUNCTION_FOR(isa, name) ::modecollapse::function_for(isa, name##_baseline, name##_baseline, name##_baseline)
#endif

// Sum of run(crew) over threads. Total: += and a value to begin with. Throws the first thing that a thread threw, once all
// have ended.
template <class Total, class Run>
Total sum_over_threads(std::uint64_t threads, const Run& run) {
    std::mutex mutex;
    Total total = {};
    on_threads(static_cast<int>(threads), [&](const Crew& crew) {
        const Total mine = run(crew);
        const std::lock_guard<std::mutex> lock(mutex);
        total += mine;
    });
    return total;
}

// Sum of run(begin, size) over blocks of at most `block_size` of `count` items. make_run(): a functor for one thread,
// with the memory it needs.
template <class Total, class MakeRun>
Total run_blocks(std::uint64_t count, std::uint64_t block_size, int threads, const MakeRun& make_run) {
    const std::uint64_t blocks = (count + block_size - 1) / block_size;
    std::atomic<std::uint64_t> next{0};
    return sum_over_threads<Total>(
        std::min(static_cast<std::uint64_t>(std::max(threads, 1)), blocks), [&](const Crew& crew) {
            Total mine = {};
            auto run = make_run();
            for (std::uint64_t block; !crew.failed() && (block = next.fetch_add(1)) < blocks;) {
                const std::uint64_t begin = block * block_size;
                mine += run(begin, std::min(block_size, count - begin));
            }
            return mine;
        });
}

}  // namespace modecollapse
