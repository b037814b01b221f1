// What this machine can do at most, measured: fused multiply-adds in double precision on one core with the widest
// registers, square roots and divisions likewise; fused multiply-adds in single precision; Philox blocks one by one;
// bytes read and written by a copy of an array larger than the caches. The engine's figures are set against these.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "kernels/lanes/pack.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {
namespace {

using Doubles = Pack<double, register_bytes / 8>;
using Floats = Pack<float, register_bytes / 4>;

constexpr int chains =
    12;  // independent: more than latency (4 or 5 cycles) times units (2), fewer than the 16 registers of AVX2
constexpr int rounds = 1 << 14;

// `operation` applied to every chain, `rounds` times: operations per second, a lane counting as one.
template <class Real = Doubles, class Operation>
void measure(benchmark::State& state, const Operation& operation) {
    constexpr int lanes = NumberTraits<Real>::lanes;
    Real x[chains];
    for (int i = 0; i < chains; ++i) x[i] = Real(1.0 + 0.01 * i);
    for (auto _ : state) {
        for (int round = 0; round < rounds; ++round)
            for (Real& value : x) value = operation(value);
        for (Real& value : x) benchmark::DoNotOptimize(value);
    }
    state.SetItemsProcessed(state.iterations() * rounds * chains * lanes);
    state.counters["lanes"] = lanes;
}

void fused_multiply_add(benchmark::State& state) {
    const Doubles factor(0.999), term(1e-3);  // fixed point 1: no subnormals, no overflow
    measure(state, [=](Doubles x) { return fma(x, factor, term); });
}
void fused_multiply_add_single(benchmark::State& state) {
    const Floats factor(0.999), term(1e-3);
    measure<Floats>(state, [=](Floats x) { return fma(x, factor, term); });
}
void square_root(benchmark::State& state) {
    measure(state, [](Doubles x) { return sqrt(x); });
}
void division(benchmark::State& state) {
    const Doubles numerator(1.5);
    measure(state, [=](Doubles x) { return numerator / x; });
}

void philox_blocks(benchmark::State& state) {
    const Random123Words words;
    constexpr std::int64_t blocks = 1 << 14;
    std::uint64_t id = 0;
    for (auto _ : state) {
        std::uint32_t mixed = 0;
        for (std::int64_t i = 0; i < blocks; ++i) {
            const Words w = words(7, counter_of(Purpose::initial_directions, 0, id++));
            mixed ^= w.value[0] ^ w.value[1] ^ w.value[2] ^ w.value[3];
        }
        benchmark::DoNotOptimize(mixed);
    }
    state.SetItemsProcessed(state.iterations() * blocks);
}

// Bytes read and bytes written.
void copy(benchmark::State& state) {
    constexpr std::size_t bytes = std::size_t{1} << 28;
    const std::vector<char> from(bytes, 1);
    std::vector<char> to(bytes, 2);
    for (auto _ : state) {
        std::memcpy(to.data(), from.data(), bytes);
        benchmark::DoNotOptimize(to.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(2 * bytes));
}

BENCHMARK(copy)->Name("limit/copy");
BENCHMARK(fused_multiply_add_single)->Name("limit/fused_multiply_add_single");
BENCHMARK(fused_multiply_add)->Name("limit/fused_multiply_add");
BENCHMARK(square_root)->Name("limit/square_root");
BENCHMARK(division)->Name("limit/division");
BENCHMARK(philox_blocks)->Name("limit/philox_blocks");

}  // namespace
}  // namespace modecollapse::bench

BENCHMARK_MAIN();
