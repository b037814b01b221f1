// K components on one core, by processor time.
//
//   components/flow/K          a trajectory of the closed flow, K = K* on a simplex of R = 2, d = 100, to T = 10
//                              (bench/peers/components_peer.py: the same by diffrax, K = 3)
//   components/step/reduced/K  a step of the reduced sampler with 10 samples a component, d = 1000
//   components/step/full/K     the same in R^d
//
// `items_per_second`: trajectories or steps. Before anything is timed, every program must give the states of the
// baseline instruction set, bit for bit.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench/run_benchmarks.hpp"
#include "host/components/setup.hpp"
#include "kernels/components/ensemble.hpp"

namespace modecollapse::bench {
namespace {

using components::Dynamics;
using components::Payload;
using SharedSetup = std::shared_ptr<const components::Setup>;

SharedSetup setup_of(Dynamics dynamics, int count, std::uint64_t steps) {
    components::Request request;
    request.modes = components::coordinates_of({components::Layout::simplex, count, 2.0, 3.0, 0.0});
    Payload& problem = request.problem;
    problem.components = count;
    problem.start_radius = 2.0;
    problem.dynamics = dynamics;
    problem.dimension = dynamics == Dynamics::flow ? 100.0 : 1000.0;
    problem.learning_rate = 0.01;
    problem.horizon = dynamics == Dynamics::flow ? 10.0 : problem.learning_rate * static_cast<double>(steps);
    return std::make_shared<const components::Setup>(request);
}

struct Members {
    Members(const Payload& problem, std::uint64_t count)
        : state(count * static_cast<std::uint64_t>(size_of_state(problem))), status(count), attempts(count) {}
    components::Ends ends() { return {state.data(), status.data(), attempts.data()}; }

    std::vector<double> state;
    std::vector<components::Status> status;
    std::vector<std::uint32_t> attempts;
};

void run(benchmark::State& state, const SharedSetup& setup, std::uint64_t count) {
    const Payload& problem = setup->problem();
    Members members(problem, count);
    std::uint64_t first = 0;
    for (auto _ : state) {
        components::run_to_ends_on_cpu({&problem, 7, first, count, nullptr}, members.ends(), {1, best_cpu_isa()});
        first += count;
    }
    const std::uint64_t each = problem.dynamics == Dynamics::flow ? 1 : problem.steps;
    state.SetItemsProcessed(static_cast<std::int64_t>(first * each));
}

bool agrees_with_baseline(const SharedSetup& setup) {
    const auto states = [&](const char* isa) {
        Members members(setup->problem(), 16);
        components::run_to_ends_on_cpu({&setup->problem(), 7, 0, 16, nullptr}, members.ends(), {1, isa});
        return members.state;
    };
    if (states(best_cpu_isa()) == states("baseline")) return true;
    std::fprintf(stderr, "components_benchmark: %s and the baseline differ: not timed\n", best_cpu_isa());
    return false;
}

void add(const std::string& name, const SharedSetup& setup, std::uint64_t count) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { run(state, setup, count); });
}

bool prepare() {
    for (const int count : {2, 3, 4}) {
        const SharedSetup flow = setup_of(Dynamics::flow, count, 0);
        if (!agrees_with_baseline(flow)) return false;
        add("components/flow/" + std::to_string(count), flow, 64);
    }
    for (const int count : {2, 3, 4}) {
        if (!agrees_with_baseline(setup_of(Dynamics::sgd, count, 3))) return false;
        add("components/step/reduced/" + std::to_string(count), setup_of(Dynamics::sgd, count, 100), 8);
        add("components/step/full/" + std::to_string(count), setup_of(Dynamics::sgd_full, count, 3), 8);
    }
    return true;
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    return modecollapse::bench::run_benchmarks(argc, argv, modecollapse::bench::prepare);
}
