// Throughput of the engine: trajectories from a random start to their outcome, per second.
//
//   engine/...       the reference case on one core, for each instruction set and precision
//   threads/...      the same on one and two threads
//   sweep_.../...    other tolerances, radii and dimensions, one core, the widest instruction set
//   part/...         the start of a trajectory and the fast expectations on their own; building a setup
//
// Every iteration runs other trajectories than the one before (ids go on), so that no branch can be learned by heart.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/operation_count.hpp"
#include "bench/parts.hpp"
#include "bench/reference_case.hpp"

namespace modecollapse::bench {
namespace {

constexpr std::uint64_t batch = 1u << 15;  // trajectories a call
constexpr double single_tolerance = 1e-5;  // the smallest that single precision allows

// Built on first use and kept over the repetitions.
class LazyProblem {
public:
    explicit LazyProblem(const Case& which) : case_(which) {}
    const FlowProblem& get() {
        if (!problem_) problem_ = std::make_unique<FlowProblem>(flow_problem_of(case_));
        return *problem_;
    }
    const Case& which() const { return case_; }
    std::uint64_t next_ids(std::uint64_t count) {
        first_ += count;
        return first_ - count;
    }

private:
    Case case_;
    std::unique_ptr<FlowProblem> problem_;
    std::uint64_t first_ = 0;
};

void run_engine(benchmark::State& state, LazyProblem& problem, const std::string& isa, int threads, std::uint64_t count) {
    const FlowProblem& flow = problem.get();
    double trajectories = 0.0, attempts = 0.0;
    for (auto _ : state) {
        const FlowTask task = task_of(problem.which(), flow, problem.next_ids(count), count);
        const OutcomeCounts counts = run_flow_on_cpu(task, {threads, isa.c_str()});
        trajectories += static_cast<double>(count);
        attempts += static_cast<double>(counts.attempts);
    }
    state.counters["trajectories"] = benchmark::Counter(trajectories, benchmark::Counter::kIsRate);
    state.counters["trajectories_per_iteration"] = static_cast<double>(count);
    state.counters["attempts_per_trajectory"] = attempts / trajectories;
}

benchmark::internal::Benchmark* add_engine(const std::string& name, const Case& which, const std::string& isa, int threads = 1,
                                           std::uint64_t count = batch) {
    const auto problem = std::make_shared<LazyProblem>(which);
    return benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { run_engine(state, *problem, isa, threads, count); })
        ->Unit(benchmark::kMillisecond);
}

void add_operation_counters(benchmark::State& state, const OperationCount& count) {
    state.counters["fused"] = count.fused;
    state.counters["multiplied"] = count.multiplied;
    state.counters["added"] = count.added;
    state.counters["divided"] = count.divided;
    state.counters["roots"] = count.roots;
}

// Not a timing: carries the operation counts of the reference case into the result file.
void add_counts(const std::string& name, OperationCount (*count)(const FlowProblem&)) {
    benchmark::RegisterBenchmark(("count/" + name).c_str(), [=](benchmark::State& state) {
        const FlowProblem flow = flow_problem_of({});
        for (auto _ : state) benchmark::DoNotOptimize(&flow);
        add_operation_counters(state, count(flow));
        state.counters["terms_attraction"] = flow.flow.expectations.attraction_of_m.terms;
        state.counters["terms_overlap"] = flow.flow.expectations.overlap_of_distance.terms;
    })->Iterations(1);
}

void register_engine() {
    for (const char* isa : {"avx512", "avx2", "baseline"}) {
        if (!cpu_supports(isa)) continue;
        const std::string name = std::string("engine/isa:") + isa;
        const std::uint64_t count = std::string(isa) == "baseline" ? batch / 8 : batch;
        add_engine(name + "/double/tolerance:1e-6", {}, isa, 1, count);
        add_engine(name + "/double/tolerance:1e-5", {1.5, 100.0, single_tolerance, Precision::double_precision}, isa, 1, count);
        add_engine(name + "/single/tolerance:1e-5", {1.5, 100.0, single_tolerance, Precision::single_precision}, isa, 1, count);
    }
    // Both in wall time; the processor time of all threads together tells how much of a loss is the engine's and not another program's.
    for (const int threads : {1, 2})
        add_engine("threads/" + std::to_string(threads), {}, best_cpu_isa(), threads, 8 * batch)->MeasureProcessCPUTime()->UseRealTime();
    for (const auto& [text, value] : {std::pair{"1e-4", 1e-4}, {"1e-5", 1e-5}, {"1e-6", 1e-6}, {"1e-8", 1e-8}, {"1e-10", 1e-10}})
        add_engine(std::string("sweep_tolerance/") + text, {1.5, 100.0, value}, best_cpu_isa());
    for (const auto& [text, value] : {std::pair{"1", 1.0}, {"1.5", 1.5}, {"2", 2.0}, {"3", 3.0}, {"4", 4.0}})
        add_engine(std::string("sweep_radius/") + text, {value}, best_cpu_isa());
    for (const auto& [text, value] : {std::pair{"2", 2.0}, {"10", 10.0}, {"100", 100.0}, {"1000", 1e3}, {"1e6", 1e6}, {"1e9", 1e9}})
        add_engine(std::string("sweep_dimension/") + text, {1.5, value}, best_cpu_isa());
}

void register_parts() {
    for (const auto& [text, value] : {std::pair{"2", 2.0}, {"3", 3.0}, {"100", 100.0}, {"1e9", 1e9}}) {
        const double dimension = value;
        benchmark::RegisterBenchmark((std::string("part/initial_law/dimension:") + text).c_str(), [=](benchmark::State& state) {
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
            const FlowProblem flow = flow_problem_of({});
            for (auto _ : state) benchmark::DoNotOptimize(evaluate(flow.flow.expectations, batch));
            state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
            state.counters["lanes"] = native_lanes();
        })->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark("part/setup", [](benchmark::State& state) {
        for (auto _ : state) benchmark::DoNotOptimize(flow_problem_of({}));
        state.SetItemsProcessed(state.iterations());
    })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    register_engine();
    register_parts();
    add_counts("expectations", modecollapse::bench::count_expectations);
    add_counts("field", modecollapse::bench::count_field);
    add_counts("attempt", modecollapse::bench::count_attempt);
    add_counts("start", [](const modecollapse::FlowProblem&) { return count_start(benchmark_seed, 100.0); });
    benchmark::AddCustomContext("best_isa", modecollapse::best_cpu_isa());
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
