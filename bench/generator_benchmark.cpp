// What random numbers cost, on one core; items: numbers, points, starts.
//
//   generator/normals            from Philox blocks, all lanes of a register at once; only added up
//   generator/chi_square/k       by rejection; k: degrees of freedom. A start takes two of d - 2
//   generator/sobol_points       scrambled points in three dimensions, 64 bits a coordinate
//   generator/sobol_starts/d     the same mapped to starts by the quantiles of the initial law
// (Philox blocks alone: limits.cpp; random starts: gradient_flow_benchmark.cpp.)
//
// Before anything is timed, the mean of each generator must lie within five standard errors of its expectation (a false
// alarm in 2 x 10^6), Sobol points within a hundredth of that.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench/generator_parts.hpp"
#include "bench/reference_case.hpp"
#include "bench/run_benchmarks.hpp"
#include "bench/sgd_parts.hpp"
#include "host/starts/sobol_ensemble.hpp"
#include "host/starts/sobol_sequence.hpp"
#include "host/starts/start_map.hpp"

namespace modecollapse::bench {
namespace {

constexpr std::uint64_t batch = 1u << 14;
constexpr std::pair<const char*, double> degrees[] = {{"1", 1.0}, {"1.5", 1.5}, {"8", 8.0}, {"98", 98.0}, {"1e6", 1e6}};

double sum_of_sobol_points(const SobolSequence& sequence, std::uint64_t first, std::uint64_t count) {
    double sum = 0.0;
    for (std::uint64_t i = first; i < first + count; ++i)
        for (const std::uint64_t word : sequence(i)) sum += std::ldexp(static_cast<double>(word), -64);
    return sum;
}

bool lies_near(const char* name, double sum, double count, double mean, double deviation) {
    const double away = std::fabs(sum / count - mean) / (deviation / std::sqrt(count));
    if (away < 5.0) return true;
    std::fprintf(stderr, "generator_benchmark: the mean of %s is %.1f standard errors off: not timed\n", name, away);
    return false;
}

bool means_agree() {
    const double n = static_cast<double>(batch), normals = 4.0 * n * normal_lanes();
    bool agree = lies_near("normals", draw_normals(benchmark_seed, 0, batch), normals, 0.0, 1.0);
    for (const auto& [text, k] : degrees)
        agree = lies_near("a chi-square variate", draw_chi_squares(benchmark_seed, k, 0, batch), n, k,
                          std::sqrt(2.0 * k)) &&
                agree;
    const double points = sum_of_sobol_points(SobolSequence(benchmark_seed, 0), 0, batch);
    return lies_near("Sobol points", points, 3.0 * n, 0.5, 0.01 * std::sqrt(1.0 / 12.0)) && agree;
}

// draw: (first, count) -> anything that depends on what was drawn. items: made by a call.
template <class Draw>
void add(const std::string& name, double items, const Draw& draw) {
    benchmark::RegisterBenchmark(("generator/" + name).c_str(), [=](benchmark::State& state) {
        std::uint64_t first = 0;
        for (auto _ : state) {
            benchmark::DoNotOptimize(draw(first, batch));
            first += batch;
        }
        state.SetItemsProcessed(static_cast<std::int64_t>(static_cast<double>(state.iterations()) * items));
    })->MeasureProcessCPUTime();  // starts are made by a thread of their own
}

void register_all() {
    add("normals", 4.0 * batch * normal_lanes(),
        [](std::uint64_t first, std::uint64_t blocks) { return draw_normals(benchmark_seed, first, blocks); });
    for (const auto& [text, value] : degrees) {
        const double k = value;
        add(std::string("chi_square/") + text, batch, [=](std::uint64_t first, std::uint64_t count) {
            return draw_chi_squares(benchmark_seed, k, first, count);
        });
    }
    const auto sequence = std::make_shared<SobolSequence>(benchmark_seed, 0);
    add("sobol_points", batch,
        [=](std::uint64_t first, std::uint64_t count) { return sum_of_sobol_points(*sequence, first, count); });
    SobolRequest request;
    request.dimension = Case{}.dimension;
    request.seed = benchmark_seed;
    request.starts = 1ull << 40;
    const auto map = std::make_shared<StartMap>(request.dimension);
    const auto starts = std::make_shared<std::vector<OrderParameters<double>>>(batch);
    add("sobol_starts/100", batch, [=](std::uint64_t first, std::uint64_t count) {
        fill_sobol_starts(*map, request, first, count, 1, starts->data());
        return starts->front().m1;
    });
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    return run_benchmarks(argc, argv, [] {
        if (!means_agree()) return false;
        register_all();
        return true;
    });
}
