// The engine against its peers, one core, in one process: first that all give the same outcome from the same starts,
// then how long each takes. If fewer than 99.9 % of 2000 outcomes are equal, nothing is timed and the exit status is 1.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/peers/peers.hpp"
#include "bench/run_benchmarks.hpp"

namespace modecollapse::bench {
namespace {

constexpr std::uint64_t checked_trajectories = 2000;
constexpr double required_agreement = 0.999;
constexpr double horizon = 200.0;  // time units

struct NamedPeer {
    const char* name;
    Peer run;
    StoppingRule stopping;
    bool must_agree;  // with the engine's outcomes; a fixed horizon asks another question
    std::uint64_t batch;
};

// Batches of some tens of milliseconds.
constexpr NamedPeer peers[] = {
    {"odeint_quadrature", run_odeint_quadrature, StoppingRule::trapped, true, 128},
    {"odeint_quadrature_fast_math", run_odeint_quadrature_fast_math, StoppingRule::trapped, true, 1024},
    {"odeint_quadrature_to_horizon", run_odeint_quadrature, StoppingRule::horizon, false, 16},
    {"odeint_fast", run_odeint_fast, StoppingRule::trapped, true, 4096},
};

PeerTask peer_task(const NamedPeer& peer, const GradientFlowPayload& problem, std::uint64_t first, std::uint64_t count,
                   std::uint8_t* outcome) {
    return {{}, &problem, peer.stopping, horizon, first, count, outcome};
}

double agreement_with_engine(const NamedPeer& peer, const GradientFlowPayload& problem) {
    std::vector<std::uint8_t> engine(checked_trajectories), other(checked_trajectories);
    TrajectoryTask task = task_of({}, problem, 0, checked_trajectories);
    task.record.outcome = engine.data();
    run_trajectories_on_cpu(task, {1, best_cpu_isa()});
    peer.run(peer_task(peer, problem, 0, checked_trajectories, other.data()));
    std::uint64_t equal = 0;
    for (std::uint64_t i = 0; i < checked_trajectories; ++i) equal += engine[i] == other[i];
    return static_cast<double>(equal) / checked_trajectories;
}

void set_counters(benchmark::State& state, std::uint64_t count, double attempts) {
    const double trajectories = static_cast<double>(count) * static_cast<double>(state.iterations());
    state.counters["trajectories"] = benchmark::Counter(trajectories, benchmark::Counter::kIsRate);
    state.counters["trajectories_per_iteration"] = static_cast<double>(count);
    state.counters["attempts_per_trajectory"] = attempts / trajectories;
}

void time_engine(benchmark::State& state, const GradientFlowPayload& problem) {
    constexpr std::uint64_t count = 1u << 15;
    std::uint64_t first = 0;
    double attempts = 0.0;
    for (auto _ : state) {
        attempts += static_cast<double>(
            run_trajectories_on_cpu(task_of({}, problem, first, count), {1, best_cpu_isa()}).attempts);
        first += count;
    }
    set_counters(state, count, attempts);
}

void time_peer(benchmark::State& state, const NamedPeer& peer, const GradientFlowPayload& problem) {
    std::uint64_t first = 0;
    double attempts = 0.0;
    for (auto _ : state) {
        attempts += static_cast<double>(peer.run(peer_task(peer, problem, first, peer.batch, nullptr)).attempts);
        first += peer.batch;
    }
    set_counters(state, peer.batch, attempts);
}

// False if a peer that should agree does not. The shares go into the result file.
bool check_outcomes(const GradientFlowPayload& problem) {
    bool all_agree = true;
    for (const NamedPeer& peer : peers) {
        const double agreement = agreement_with_engine(peer, problem);
        benchmark::AddCustomContext(std::string("agreement_") + peer.name, std::to_string(agreement));
        if (!peer.must_agree || agreement >= required_agreement) continue;
        std::fprintf(stderr,
                     "peer_benchmark: %s has the engine's outcome in %.2f %% of %d trajectories (at least %.1f %% "
                     "expected): not timed\n",
                     peer.name, 100.0 * agreement, static_cast<int>(checked_trajectories), 100.0 * required_agreement);
        all_agree = false;
    }
    return all_agree;
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    const modecollapse::GradientFlowPayload problem = gradient_flow_payload_of({});
    return run_benchmarks(argc, argv, [&] {
        if (!check_outcomes(problem)) return false;
        benchmark::RegisterBenchmark("peer/engine", [&](benchmark::State& state) {
            time_engine(state, problem);
        })->Unit(benchmark::kMillisecond);
        for (const NamedPeer& peer : peers)
            benchmark::RegisterBenchmark((std::string("peer/") + peer.name).c_str(), [&](benchmark::State& state) {
                time_peer(state, peer, problem);
            })->Unit(benchmark::kMillisecond);
        return true;
    });
}
