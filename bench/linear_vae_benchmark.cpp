// The linear VAE on one core, by processor time.
//
//   vae/flow/M              a trajectory of the closed flow, M = M* latents, N = 300, KL weight 1.7, to theta = 30
//                           (bench/peers/linear_vae_peer.py: the same by SciPy and diffrax, M = 1)
//   vae/step/reduced/M/B    a step of the reduced sampler at N = 1000
//   vae/step/full/M/B       the same in R^N
//
// `items_per_second`: trajectories or steps. Before anything is timed, every program must give the
// states of the baseline instruction set, bit for bit.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/run_benchmarks.hpp"
#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse::bench {
namespace {

using linear_vae::Dynamics;

linear_vae::Payload problem_of(Dynamics dynamics, int latent, std::uint64_t batch, std::uint64_t steps) {
    linear_vae::Payload problem;
    problem.dynamics = dynamics;
    problem.latent = problem.signal = latent;
    problem.dimension = linear_vae::is_flow(dynamics) ? 300.0 : 1000.0;
    problem.kl_weight.end = 1.7;
    problem.horizon = 30.0;
    problem.batch = batch;
    problem.steps = steps;
    return problem;
}

void run(benchmark::State& state, const linear_vae::Payload& problem, std::uint64_t count) {
    std::uint64_t first = 0;
    double attempts = 0.0;
    for (auto _ : state) {
        attempts +=
            static_cast<double>(linear_vae::run_on_cpu({&problem, 7, first, count}, {}, {1, best_cpu_isa()}).attempts);
        first += count;
    }
    const bool flow = linear_vae::is_flow(problem.dynamics);
    const auto members = static_cast<double>(first);
    state.SetItemsProcessed(static_cast<std::int64_t>(flow ? members : attempts));
    state.counters["attempts_per_trajectory"] = attempts / members;
    state.counters[flow ? "trajectories_per_iteration" : "steps_per_iteration"] =
        static_cast<double>(count) * (flow ? 1.0 : static_cast<double>(problem.steps));
}

bool agrees_with_baseline(const linear_vae::Payload& problem) {
    const auto states = [&](const char* isa) {
        std::vector<double> result(16 * static_cast<std::size_t>(linear_vae::size_of_state(problem)));
        linear_vae::run_on_cpu({&problem, 7, 0, 16}, {result.data()}, {1, isa});
        return result;
    };
    if (states(best_cpu_isa()) == states("baseline")) return true;
    std::fprintf(stderr, "linear_vae_benchmark: %s and the baseline differ: not timed\n", best_cpu_isa());
    return false;
}

void add(const std::string& name, const linear_vae::Payload& problem, std::uint64_t count) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { run(state, problem, count); });
}

bool prepare() {
    for (const int latent : {1, 2, 4, 16}) {
        const linear_vae::Payload flow = problem_of(Dynamics::flow, latent, 1, 0);
        if (latent < 16 && !agrees_with_baseline(flow)) return false;
        add("vae/flow/" + std::to_string(latent), flow, latent == 1 ? 8192 : latent < 16 ? 512 : 16);
    }
    for (const int latent : {1, 2})
        for (const std::uint64_t batch : {1u, 10u, 100u}) {
            const std::string name = std::to_string(latent) + "/" + std::to_string(batch);
            const linear_vae::Payload reduced = problem_of(Dynamics::sgd, latent, batch, 100);
            if (!agrees_with_baseline(problem_of(Dynamics::sgd, latent, batch, 3))) return false;
            add("vae/step/reduced/" + name, reduced, 16);
            add("vae/step/full/" + name, problem_of(Dynamics::sgd_full, latent, batch, 3), 8);
        }
    return true;
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    return modecollapse::bench::run_benchmarks(argc, argv, modecollapse::bench::prepare);
}
