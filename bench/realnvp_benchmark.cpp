// Training of RealNVP flows on one core, by CPU time.
//
//   step/<case>/<precision>/<estimator>   one step of one member: small: d = 2, 6 layers, width 32, B = 256; large: d = 128, 8 layers,
//   width 256 eigen/<n>/<precision>                 a product of n x n matrices by Eigen compiled for this machine
//
// Counter MACs: multiply-adds of the matrix products alone (tanh, exp, normals, the optimizer are time but not counted), a second.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/realnvp_parts.hpp"
#include "host/flows/flow_training.hpp"
#include "kernels/realnvp_trainer.hpp"

namespace modecollapse::bench {
namespace {

RealnvpProblem problem_of(bool large, FlowEstimator estimator) {
    FlowTraining training;
    training.shape = large ? RealnvpShape{128, 8, 256, 2} : RealnvpShape{2, 6, 32, 2};
    training.estimator = estimator;
    Problem target;
    target.radius = 2.5;
    target.target_weight = 1.0 / 3.0;
    return realnvp_problem(target, training);
}

// Multiply-adds of the products of one step: forward, reverse and gradient; the path estimator takes the reverse products twice.
double multiply_adds(const RealnvpProblem& problem) {
    double sum = 0.0;
    for (std::uint32_t i = 0; i <= problem.shape.depth; ++i)
        sum += static_cast<double>(matrix_outputs(problem.shape, i)) * matrix_inputs(problem.shape, i);
    return sum * problem.shape.layers * static_cast<double>(problem.batch) * (problem.estimator == FlowEstimator::path ? 4.0 : 3.0);
}

void run_steps(benchmark::State& state, bool large, Precision precision, FlowEstimator estimator) {
    const RealnvpProblem problem = problem_of(large, estimator);
    RealnvpTrainer trainer(problem, precision, 7, realnvp_lanes_for(best_cpu_isa()));
    trainer.start(0);
    const std::uint64_t steps = large ? 1 : 20;
    std::uint64_t made = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(trainer.call(RealnvpTaskKind::train, made, steps).loss);
        made += steps;
    }
    state.counters["step"] = benchmark::Counter(static_cast<double>(made), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["MACs"] = benchmark::Counter(static_cast<double>(made) * multiply_adds(problem), benchmark::Counter::kIsRate);
}

void run_eigen(benchmark::State& state, int n, Precision precision) {
    constexpr int repetitions = 20;
    double made = 0.0;
    for (auto _ : state) {
        if (precision == Precision::single_precision)
            benchmark::DoNotOptimize(eigen_products_single(n, repetitions));
        else
            benchmark::DoNotOptimize(eigen_products(n, repetitions));
        made += repetitions;
    }
    state.counters["MACs"] = benchmark::Counter(made * n * n * n, benchmark::Counter::kIsRate);
}

void register_all() {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const std::string name = precision == Precision::single_precision ? "single" : "double";
        for (const bool large : {false, true})
            for (const FlowEstimator estimator : {FlowEstimator::total, FlowEstimator::path})
                benchmark::RegisterBenchmark(
                    ("step/" + std::string(large ? "large/" : "small/") + name + "/" + flow_estimator_names[static_cast<int>(estimator)])
                        .c_str(),
                    run_steps, large, precision, estimator);
        for (const int n : {32, 256, 512})
            benchmark::RegisterBenchmark(("eigen/" + std::to_string(n) + "/" + name).c_str(), run_eigen, n, precision);
    }
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
