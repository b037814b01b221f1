// Sampled dynamics on one core: time of a step of one trajectory, by processor time; `steps_per_iteration` says how
// many are timed.
//
//   step/reduced/<estimator>/d        the reduced sampler at batch size 1000; step/reduced_10: at batch size 10
//   step/reduced_batch/<estimator>/B  other batch sizes
//   step/full/<estimator>/d           the full sampler at batch size 1000
//   step/diffusion/<estimator>/R      the diffusion approximation, whose cost depends on neither d nor the batch size
//   step/normals/6000, 2 d B          as many normals drawn by the same generator and only added up: the reduced
//                                     sampler's, the full one's
//
// Before anything is timed, every sampler must give the states of the baseline instruction set, bit for bit.
// bench/ratios.py takes the ratios: full / reduced, reduced / normals, full / normals, reduced / diffusion.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/operation_count.hpp"
#include "bench/run_benchmarks.hpp"
#include "bench/sgd_case.hpp"
#include "bench/sgd_parts.hpp"

namespace modecollapse::bench {
namespace {

void run_steps(benchmark::State& state, const SgdCase& c) {
    const bool full = c.sampler == SgdSampler::full, cheap = c.sampler == SgdSampler::diffusion || c.batch < 100;
    const SgdPayload problem = sgd_payload_of(c, full ? 1 : cheap ? 400 : 20);
    std::uint64_t first = 0;
    const std::uint64_t count = full ? 8 : 16;
    for (auto _ : state) {
        const SgdTask task{&problem, c.sampler, 7, first, count, nullptr, {}, {}};
        benchmark::DoNotOptimize(run_sgd_on_cpu(task, {1, best_cpu_isa()}).count[0]);
        first += count;
    }
    state.counters["steps_per_iteration"] = static_cast<double>(count * problem.steps);
}

// End states m1 of 16 trajectories after two steps.
std::vector<double> end_states(const SgdCase& c, const char* isa) {
    const SgdPayload problem = sgd_payload_of(c, 2);
    std::vector<double> m1(16);
    SgdTask task{&problem, c.sampler, 7, 0, m1.size(), nullptr, {}, {}};
    task.record.m1 = m1.data();
    run_sgd_on_cpu(task, {1, isa});
    return m1;
}

bool agrees_with_baseline(const SgdCase& c) {
    if (end_states(c, best_cpu_isa()) == end_states(c, "baseline")) return true;
    std::fprintf(stderr, "sgd_benchmark: %s and the baseline differ, estimator %s: not timed\n", best_cpu_isa(),
                 estimator_names[static_cast<int>(c.estimator)]);
    return false;
}

bool all_agree() {
    bool agree = true;
    for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized, Estimator::score})
        for (const SgdSampler sampler : {SgdSampler::reduced, SgdSampler::full, SgdSampler::diffusion})
            if (sampler != SgdSampler::diffusion || estimator != Estimator::score)
                agree = agrees_with_baseline({sampler, estimator, 10.0, 1.5, 10}) && agree;
    return agree;
}

// Not a timing: operations of a step of the reduced sampler at B = 1000, pathwise, and of four normals.
void count_operations(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(state.iterations());
    const bool step = state.range(0) == 1;
    const OperationCount count =
        step ? count_reduced_step(sgd_payload_of({SgdSampler::reduced, Estimator::pathwise}, 1), 7)
             : count_normal_block();
    add_operation_counters(state, count);
}

void run_normals(benchmark::State& state, std::uint64_t normals) {
    const std::uint64_t blocks = normals / 4;
    std::uint64_t first = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw_normals(7, first, blocks));
        first += blocks;
    }
    state.counters["steps_per_iteration"] = normal_lanes();
}

void register_steps(const std::string& name, const SgdCase& c, double last) {
    benchmark::RegisterBenchmark(("step/" + name + "/" + estimator_names[static_cast<int>(c.estimator)] + "/" +
                                  std::to_string(static_cast<int>(last)))
                                     .c_str(),
                                 run_steps, c);
}

void register_all() {
    for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized, Estimator::score}) {
        for (const double dimension : {10.0, 1000.0}) {
            register_steps("reduced", {SgdSampler::reduced, estimator, dimension}, dimension);
            register_steps("full", {SgdSampler::full, estimator, dimension}, dimension);
        }
        if (estimator == Estimator::pathwise)
            for (const std::uint64_t batch : {10u, 100u, 10000u})
                register_steps("reduced_batch", {SgdSampler::reduced, estimator, 1000.0, 1.5, batch},
                               static_cast<double>(batch));
        if (estimator == Estimator::score) continue;
        register_steps("reduced_10", {SgdSampler::reduced, estimator, 1000.0, 1.5, 10}, 1000.0);
        for (const double radius : {1.0, 3.0, 10.0})
            register_steps("diffusion", {SgdSampler::diffusion, estimator, 1000.0, radius}, radius);
    }
    benchmark::RegisterBenchmark("count/reduced_step", count_operations)->Arg(1)->Iterations(1);
    benchmark::RegisterBenchmark("count/normal_block", count_operations)->Arg(0)->Iterations(1);
    for (const std::uint64_t normals : {6000u, 2000000u})
        benchmark::RegisterBenchmark(("step/normals/" + std::to_string(normals)).c_str(), run_normals, normals);
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    return run_benchmarks(argc, argv, [] {
        if (!all_agree()) return false;
        register_all();
        return true;
    });
}
