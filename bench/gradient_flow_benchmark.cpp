// Throughput of the engine: trajectories from a random start to their outcome, per second.
//
//   engine/...       the reference case on one core, for each instruction set and precision
//   threads/...      the same on one and two threads
//   sweep_.../...    other tolerances, radii and dimensions, one core, the widest instruction set
//   part/...         the start of a trajectory and the fast expectations on their own; building a setup
//
// Before anything is timed, the widest instruction set must give the end states of the baseline one, bit for bit.
#include "bench/engine_run.hpp"
#include "bench/operation_count.hpp"
#include "bench/parts.hpp"
#include "bench/run_benchmarks.hpp"

namespace modecollapse::bench {
namespace {

constexpr std::uint64_t batch = engine_batch;

// Not a timing: carries the operation counts of the reference case into the result file.
void add_counts(const std::string& name, OperationCount (*count)(const GradientFlowPayload&)) {
    benchmark::RegisterBenchmark(("count/" + name).c_str(), [=](benchmark::State& state) {
        const GradientFlowPayload flow = gradient_flow_payload_of({});
        for (auto _ : state) benchmark::DoNotOptimize(&flow);
        add_operation_counters(state, count(flow));
        state.counters["terms_attraction"] = flow.flow.expectations.attraction_of_m.terms;
        state.counters["terms_overlap"] = flow.flow.expectations.overlap_of_distance.terms;
    })->Iterations(1);
}

// Operations of whole trajectories: the fixed weights of the reference case, and trainable ones, whose attempts cost
// more.
void add_trajectory_counts() {
    const Case softmax = {1.9, 100.0, default_tolerance, Precision::double_precision, WeightGeometry::softmax, 200.0};
    for (const auto& [text, value] : {std::pair<const char*, Case>{"fixed", {}}, {"softmax", softmax}}) {
        const Case which = value;
        benchmark::RegisterBenchmark((std::string("count/trajectory_") + text).c_str(), [=](benchmark::State& state) {
            const MixtureSetup setup = mixture_setup_of(which);
            const GradientFlowPayload flow = setup.for_dimension(which.dimension);
            for (auto _ : state) benchmark::DoNotOptimize(&flow);
            add_operation_counters(state, count_trajectory(flow, benchmark_seed, which.dimension));
        })->Iterations(1);
    }
}

void register_engine() {
    for (const char* isa : {"avx512", "avx2", "baseline"}) {
        if (!cpu_supports(isa)) continue;
        const std::string name = std::string("engine/isa:") + isa;
        const std::uint64_t count = std::string(isa) == "baseline" ? batch / 8 : batch;
        add_engine(name + "/double/tolerance:1e-6", {}, isa, 1, count);
        add_engine(name + "/double/tolerance:1e-5", {1.5, 100.0, single_tolerance, Precision::double_precision}, isa, 1,
                   count);
        add_engine(name + "/single/tolerance:1e-5", {1.5, 100.0, single_tolerance, Precision::single_precision}, isa, 1,
                   count);
    }
    // Both in wall time; the processor time of all threads together tells how much of a loss is the engine's and not
    // another program's.
    for (const int threads : {1, 2})
        add_engine("threads/" + std::to_string(threads), {}, best_cpu_isa(), threads, 8 * batch)
            ->MeasureProcessCPUTime()
            ->UseRealTime();
    for (const auto& [text, value] :
         {std::pair{"1e-4", 1e-4}, {"1e-5", 1e-5}, {"1e-6", 1e-6}, {"1e-8", 1e-8}, {"1e-10", 1e-10}})
        add_engine(std::string("sweep_tolerance/") + text, {1.5, 100.0, value}, best_cpu_isa());
    for (const auto& [text, value] : {std::pair{"1", 1.0}, {"1.5", 1.5}, {"2", 2.0}, {"3", 3.0}, {"4", 4.0}})
        add_engine(std::string("sweep_radius/") + text, {value}, best_cpu_isa());
    for (const auto& [text, value] :
         {std::pair{"2", 2.0}, {"10", 10.0}, {"100", 100.0}, {"1000", 1e3}, {"1e6", 1e6}, {"1e9", 1e9}})
        add_engine(std::string("sweep_dimension/") + text, {1.5, value}, best_cpu_isa());
}

void register_parts() {
    for (const auto& [text, value] : {std::pair{"2", 2.0}, {"3", 3.0}, {"100", 100.0}, {"1e9", 1e9}}) {
        const double dimension = value;
        benchmark::RegisterBenchmark((std::string("part/initial_law/dimension:") + text).c_str(), [=](benchmark::State&
                                                                                                          state) {
            std::uint64_t first = 0;
            for (auto _ : state) {
                benchmark::DoNotOptimize(draw_starts(benchmark_seed, dimension, first, batch));
                first += batch;
            }
            state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
        })->Unit(benchmark::kMillisecond);
    }
    using Evaluate = double (*)(const FastExpectations&, std::uint64_t);
    for (const auto& [text, function] :
         {std::pair<const char*, Evaluate>{"throughput", evaluate_expectations}, {"chained", chain_expectations}}) {
        const Evaluate evaluate = function;
        benchmark::RegisterBenchmark((std::string("part/expectations/") + text).c_str(), [=](benchmark::State& state) {
            const GradientFlowPayload flow = gradient_flow_payload_of({});
            for (auto _ : state) benchmark::DoNotOptimize(evaluate(flow.flow.expectations, batch));
            state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
            state.counters["lanes"] = native_lanes();
        })->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark("part/setup", [](benchmark::State& state) {
        for (auto _ : state) benchmark::DoNotOptimize(gradient_flow_payload_of({}));
        state.SetItemsProcessed(state.iterations());
    })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    return run_benchmarks(argc, argv, [] {
        if (!agrees_with_baseline("engine", {}) || !agrees_with_baseline("sweep_radius/4", {4.0})) return false;
        register_engine();
        register_parts();
        add_counts("expectations", count_expectations);
        add_counts("field", count_field);
        add_counts("attempt", count_attempt);
        add_counts("start",
                   [](const modecollapse::GradientFlowPayload&) { return count_start(benchmark_seed, 100.0); });
        add_trajectory_counts();
        benchmark::AddCustomContext("best_isa", modecollapse::best_cpu_isa());
        return true;
    });
}
