// Sampled dynamics on one core: time of a step of one trajectory at batch size 1000, by CPU time.
//
//   reduced/<estimator>/d    the reduced sampler
//   full/<estimator>/d       the full sampler
//   normals/6000, 2 d B      as many normals drawn by the same generator and only added up: the reduced sampler's, the full sampler's
//
// Read off: full / reduced at d = 1000, reduced / normals, full / normals.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/sgd_parts.hpp"
#include "kernels/sgd_ensemble.hpp"

namespace modecollapse::bench {
namespace {

constexpr std::uint64_t batch_size = 1000;

SampledProblem problem_of(Estimator estimator, double dimension, std::uint64_t steps) {
    SampledProblem p = {};
    p.radius = 1.5;
    p.target_weight = p.weight1 = 2.0 / 3.0;
    p.geometry = WeightGeometry::fixed;
    p.estimator = estimator;
    p.dimension = dimension;
    p.batch = batch_size;
    p.steps = steps;
    p.learning_rate = 0.05;
    p.beta = 1.0;
    p.rule = {0.5, 0.05};
    return p;
}

void per_step(benchmark::State& state, std::int64_t steps) {
    state.counters["step"] =
        benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);  // seconds of one step
}

void run_steps(benchmark::State& state, Estimator estimator, Sampler sampler, double dimension) {
    const bool full = sampler == Sampler::full;
    const SampledProblem problem = problem_of(estimator, dimension, full ? 1 : 20);
    std::uint64_t first = 0;
    std::int64_t steps = 0;
    for (auto _ : state) {
        const SampledTask task{&problem, sampler, 7, first, full ? 8u : 16u, nullptr, {}, {}};
        const OutcomeCounts counts = run_sampled_on_cpu(task, {1, best_cpu_isa()});
        benchmark::DoNotOptimize(counts.count[0]);
        steps += counts.attempts;
        first += task.count;
    }
    per_step(state, steps);
}

void run_normals(benchmark::State& state, std::uint64_t normals) {
    const std::uint64_t blocks = normals / 4;
    std::uint64_t first = 0;
    std::int64_t steps = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw_normals(7, first, blocks));
        first += blocks;
        steps += normal_lanes();
    }
    per_step(state, steps);
}

void register_all() {
    for (const double dimension : {10.0, 1000.0}) {
        const std::string d = std::to_string(static_cast<int>(dimension));
        for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized, Estimator::score}) {
            const std::string name = estimator_names[static_cast<int>(estimator)];
            benchmark::RegisterBenchmark(("reduced/" + name + "/" + d).c_str(), run_steps, estimator, Sampler::reduced, dimension);
            benchmark::RegisterBenchmark(("full/" + name + "/" + d).c_str(), run_steps, estimator, Sampler::full, dimension);
        }
    }
    for (const std::uint64_t normals : {6000u, 2000000u})
        benchmark::RegisterBenchmark(("normals/" + std::to_string(normals)).c_str(), run_normals, normals);
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    modecollapse::bench::register_all();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
