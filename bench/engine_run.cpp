#include "bench/engine_run.hpp"

#include <cstdio>
#include <memory>
#include <vector>

namespace modecollapse::bench {
namespace {

// Built on first use and kept over the repetitions.
class LazyProblem {
public:
    explicit LazyProblem(const Case& which) : case_(which) {}
    const GradientFlowPayload& get() {
        if (!setup_) {
            setup_ = std::make_unique<MixtureSetup>(mixture_setup_of(case_));
            problem_ = std::make_unique<GradientFlowPayload>(setup_->for_dimension(case_.dimension));
        }
        return *problem_;
    }
    const Case& which() const { return case_; }
    std::uint64_t next_ids(std::uint64_t count) {
        first_ += count;
        return first_ - count;
    }

private:
    Case case_;
    std::unique_ptr<MixtureSetup> setup_;
    std::unique_ptr<GradientFlowPayload> problem_;
    std::uint64_t first_ = 0;
};

void run_engine(benchmark::State& state, LazyProblem& problem, const std::string& isa, int threads,
                std::uint64_t count) {
    const GradientFlowPayload& flow = problem.get();
    double trajectories = 0.0, attempts = 0.0;
    for (auto _ : state) {
        const TrajectoryTask task = task_of(problem.which(), flow, problem.next_ids(count), count);
        const OutcomeCounts counts = run_trajectories_on_cpu(task, {threads, isa.c_str()});
        trajectories += static_cast<double>(count);
        attempts += static_cast<double>(counts.attempts);
    }
    state.counters["trajectories"] = benchmark::Counter(trajectories, benchmark::Counter::kIsRate);
    state.counters["trajectories_per_iteration"] = static_cast<double>(count);
    state.counters["attempts_per_trajectory"] = attempts / trajectories;
}

struct Ends {
    std::vector<std::uint8_t> outcome;
    std::vector<double> m1, u;
    bool operator==(const Ends& other) const { return outcome == other.outcome && m1 == other.m1 && u == other.u; }
};

Ends ends_of(const Case& which, const GradientFlowPayload& problem, const char* isa) {
    constexpr std::uint64_t checked = 64;
    Ends ends = {std::vector<std::uint8_t>(checked), std::vector<double>(checked), std::vector<double>(checked)};
    TrajectoryTask task = task_of(which, problem, 0, checked);
    task.record.outcome = ends.outcome.data();
    task.record.m1 = ends.m1.data();
    task.record.u = ends.u.data();
    run_trajectories_on_cpu(task, {1, isa});
    return ends;
}

}  // namespace

benchmark::internal::Benchmark* add_engine(const std::string& name, const Case& which, const std::string& isa,
                                           int threads, std::uint64_t count) {
    const auto problem = std::make_shared<LazyProblem>(which);
    return benchmark::RegisterBenchmark(
               name.c_str(), [=](benchmark::State& state) { run_engine(state, *problem, isa, threads, count); })
        ->Unit(benchmark::kMillisecond);
}

bool agrees_with_baseline(const std::string& name, const Case& which) {
    LazyProblem problem(which);
    const GradientFlowPayload& flow = problem.get();
    if (ends_of(which, flow, best_cpu_isa()) == ends_of(which, flow, "baseline")) return true;
    std::fprintf(stderr, "%s: %s and the baseline differ: not timed\n", name.c_str(), best_cpu_isa());
    return false;
}

}  // namespace modecollapse::bench
