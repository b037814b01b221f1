// Training of RealNVP flows on one core, by CPU time.
//
//   training/<case>/<precision>/<estimator>   one step of one member, B = 256; small: d = 2, 6 layers, width 32;
//                                             large: d = 128, 8 layers, width 256
//   product/<n>/<precision>                   a product of n x n matrices by Eigen compiled for this machine
//
// Before anything is timed, training must give the losses of the baseline instruction set, bit for bit.
// Counter multiply_adds: of the matrix products alone (tanh, exp, normals, the optimizer are time but not counted), a
// step or an iteration.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

#include "bench/realnvp_case.hpp"
#include "bench/realnvp_parts.hpp"
#include "bench/run_benchmarks.hpp"
#include "kernels/realnvp/trainer.hpp"

namespace modecollapse::bench {
namespace {

void run_steps(benchmark::State& state, bool large, Precision precision, Estimator estimator) {
    const RealnvpProblem problem = realnvp_problem_of(large, estimator);
    RealnvpTrainer trainer(problem, precision, 7, realnvp_lanes_for(best_cpu_isa()));
    trainer.start(0);
    const std::uint64_t steps = large ? 1 : 20;
    std::uint64_t made = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(trainer.call(RealnvpTaskKind::train, made, steps).loss);
        made += steps;
    }
    state.counters["steps_per_iteration"] = static_cast<double>(steps);
    state.counters["multiply_adds"] = multiply_adds(problem);
}

double loss_after_three(bool large, Precision precision, Estimator estimator, const char* isa) {
    const RealnvpProblem problem = realnvp_problem_of(large, estimator);
    RealnvpTrainer trainer(problem, precision, 7, realnvp_lanes_for(isa));
    trainer.start(0);
    return trainer.call(RealnvpTaskKind::train, 0, 3).loss;
}

bool agrees_with_baseline() {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision})
        for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
            if (loss_after_three(false, precision, estimator, best_cpu_isa()) !=
                loss_after_three(false, precision, estimator, "baseline")) {
                std::fprintf(stderr, "realnvp_benchmark: %s and the baseline differ: not timed\n", best_cpu_isa());
                return false;
            }
    return true;
}

void run_eigen(benchmark::State& state, int n, Precision precision) {
    constexpr int repetitions = 20;
    for (auto _ : state) {
        if (precision == Precision::single_precision)
            benchmark::DoNotOptimize(eigen_products_single(n, repetitions));
        else
            benchmark::DoNotOptimize(eigen_products(n, repetitions));
    }
    state.counters["multiply_adds"] = static_cast<double>(repetitions) * n * n * n;
}

void register_all() {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const std::string name = precision == Precision::single_precision ? "single" : "double";
        for (const bool large : {false, true})
            for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
                benchmark::RegisterBenchmark(("training/" + std::string(large ? "large/" : "small/") + name + "/" +
                                              realnvp_estimator_names[static_cast<int>(estimator)])
                                                 .c_str(),
                                             run_steps, large, precision, estimator);
        for (const int n : {32, 256, 512})
            benchmark::RegisterBenchmark(("product/" + std::to_string(n) + "/" + name).c_str(), run_eigen, n,
                                         precision);
    }
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    return run_benchmarks(argc, argv, [] {
        if (!agrees_with_baseline()) return false;
        register_all();
        return true;
    });
}
