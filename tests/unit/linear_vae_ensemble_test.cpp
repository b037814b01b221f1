// Proves of ensembles of linear VAEs: member i is a function of (problem, seed, i) alone, to the last bit, for any
// threads, chunks, shapes and instruction set; counts add up; what is followed on the way is what ends in the ensemble.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::Dynamics;
using linear_vae::Tally;
using support::run_vaes;
using support::VaeEnsemble;
using support::VaePayload;

constexpr std::uint64_t seed = 20261128, count = 61;

struct Case {
    const char* name;
    VaePayload problem;
};

std::vector<Case> cases() {
    std::vector<Case> result;
    const auto add = [&](const char* name, int latent, int signal, Dynamics dynamics, double constant,
                         Annealing annealing) {
        VaePayload problem;
        problem.latent = latent;
        problem.signal = signal;
        problem.dynamics = dynamics;
        problem.inverse_lipschitz = constant;
        problem.kl_weight = {annealing, 1.5, 0.2, 3.0, 0.4};
        problem.dimension = 60.0;
        problem.horizon = linear_vae::is_flow(dynamics) ? 5.0 : 0.1;
        problem.batch = 3;
        problem.weight_decay = 0.05;
        support::set_steps(problem);
        result.push_back({name, problem});
    };
    add("flow", 1, 1, Dynamics::flow, 0.0, Annealing::constant);
    add("flow, tanh", 1, 1, Dynamics::flow, 0.0, Annealing::tanh);
    add("flow-noise, cyclical", 2, 2, Dynamics::flow_noise, 0.0, Annealing::cyclical);
    add("flow, stretched", 3, 2, Dynamics::flow, 0.4, Annealing::linear);
    add("flow, many", 5, 6, Dynamics::flow, 0.0, Annealing::constant);
    add("sgd", 1, 1, Dynamics::sgd, 0.0, Annealing::geometric);
    add("sgd, stretched", 2, 1, Dynamics::sgd, 0.5, Annealing::exponential_beta);
    add("sgd-full", 2, 2, Dynamics::sgd_full, 0.3, Annealing::constant);
    return result;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}
bool same(const Tally& a, const Tally& b) { return std::memcmp(&a, &b, sizeof(Tally)) == 0; }

TEST(LinearVaeEnsemble, ThreadsAndInstructionSetsDoNotMatter) {
    for (const auto& [name, problem] : cases()) {
        const VaeEnsemble reference = run_vaes(problem, seed, 0, count, {1, "baseline"});
        std::int64_t total = 0;
        for (const std::int64_t outcome : reference.tally.outcome) total += outcome;
        EXPECT_EQ(total, static_cast<std::int64_t>(count));
        EXPECT_EQ(reference.tally.outcome[static_cast<int>(linear_vae::Outcome::failed)], 0) << name;
        EXPECT_GT(reference.tally.attempts, 0);
        for (const char* isa : {"avx2", "avx512"}) {
            if (!cpu_supports(isa)) continue;
            const VaeEnsemble other = run_vaes(problem, seed, 0, count, {1, isa});
            EXPECT_TRUE(same_bits(reference.state, other.state)) << name << " " << isa;
            EXPECT_TRUE(same(reference.tally, other.tally)) << name << " " << isa;
        }
        for (const int threads : {2, 3, 7, 16}) {
            const VaeEnsemble other = run_vaes(problem, seed, 0, count, {threads, best_cpu_isa()});
            EXPECT_TRUE(same_bits(reference.state, other.state)) << name << " " << threads;
            EXPECT_TRUE(same(reference.tally, other.tally)) << name << " " << threads;
        }
        // twins: ids shifted by one, a KL weight off by little
        EXPECT_FALSE(same_bits(reference.state, run_vaes(problem, seed, 1, count, {1, best_cpu_isa()}).state));
        VaePayload other = problem;
        other.kl_weight.end *= 1.0 + 1e-13;
        EXPECT_FALSE(same_bits(reference.state, run_vaes(other, seed, 0, count, {1, best_cpu_isa()}).state)) << name;
    }
}

TEST(LinearVaeEnsemble, ChunksDoNotMatter) {
    for (const auto& [name, problem] : cases()) {
        const VaeEnsemble reference = run_vaes(problem, seed, 0, count, {1, best_cpu_isa()});
        for (const std::uint64_t chunk : {1u, 37u}) {
            std::vector<double> states;
            Tally total;
            for (std::uint64_t begin = 0; begin < count; begin += chunk) {
                const VaeEnsemble part =
                    run_vaes(problem, seed, begin, std::min(chunk, count - begin), {2, best_cpu_isa()});
                states.insert(states.end(), part.state.begin(), part.state.end());
                for (int i = 0; i < linear_vae::outcome_count; ++i) total.outcome[i] += part.tally.outcome[i];
            }
            EXPECT_TRUE(same_bits(reference.state, states)) << name << " " << chunk;
            for (int i = 0; i < linear_vae::outcome_count; ++i) EXPECT_EQ(total.outcome[i], reference.tally.outcome[i]);
        }
    }
}

// Sums over whole blocks of 1024 ids, taken one after another, are those of one run, to the last bit.
TEST(LinearVaeEnsemble, SumsAreTakenBlockByBlock) {
    VaePayload problem;
    problem.horizon = 8.0;
    const Tally whole = run_vaes(problem, seed, 0, 2500, {3, best_cpu_isa()}).tally;
    Tally parts = {};
    for (std::uint64_t begin = 0; begin < 2500; begin += linear_vae::block_of_sums) {
        const std::uint64_t size = std::min<std::uint64_t>(linear_vae::block_of_sums, 2500 - begin);
        const Tally part = run_vaes(problem, seed, begin, size, {1, "baseline"}).tally;
        for (int i = 0; i < linear_vae::quantity_count; ++i) parts.sum[i] += part.sum[i];
    }
    for (int i = 0; i < linear_vae::quantity_count; ++i) EXPECT_EQ(whole.sum[i], parts.sum[i]) << i;
    std::int64_t active = 0;
    for (const std::int64_t k : whole.active) active += k;
    EXPECT_EQ(active, 2500);
}

// The scalar follower gives the bits of the lanes at the horizon, and in the flow the states on the way lie on the
// trajectory: those of a run with that horizon, to the integrator's error.
TEST(LinearVaeEnsemble, FollowedMembersEndAsInTheEnsemble) {
    for (const auto& [name, problem] : cases()) {
        const VaeEnsemble ensemble = run_vaes(problem, seed, 0, 5, {1, best_cpu_isa()});
        const auto size = static_cast<std::size_t>(linear_vae::size_of_state(problem));
        const std::vector<double> times = {0.0, 0.4 * problem.horizon, problem.horizon};
        std::vector<double> states(5 * 3 * size);
        std::vector<linear_vae::Status> status(5);
        linear_vae::follow({&problem, seed, 0, 5}, times, states.data(), status.data(), 2);
        VaePayload shorter = problem;
        shorter.horizon = times[1];
        support::set_steps(shorter);
        const VaeEnsemble middle = run_vaes(shorter, seed, 0, 5, {1, best_cpu_isa()});
        for (std::size_t i = 0; i < 5; ++i) {
            EXPECT_EQ(status[i], linear_vae::Status::at_horizon);
            for (std::size_t k = 0; k < size; ++k) {
                EXPECT_EQ(states[(3 * i + 2) * size + k], ensemble.state[i * size + k]) << name << " " << k;
                EXPECT_NEAR(states[(3 * i + 1) * size + k], middle.state[i * size + k],
                            linear_vae::is_flow(problem.dynamics) ? 3e-6 : 0.0)
                    << name << " " << k;
            }
            EXPECT_EQ(states[3 * i * size], support::drawn_start(problem, seed, i).at(0)) << name;
        }
    }
}

TEST(LinearVaeEnsemble, StepsUsedUpAreFailures) {
    VaePayload problem;
    problem.maximum_steps = 10;
    const VaeEnsemble ensemble = run_vaes(problem, seed, 0, 20, {1, best_cpu_isa()});
    EXPECT_EQ(ensemble.tally.outcome[static_cast<int>(linear_vae::Outcome::failed)], 20);
    EXPECT_EQ(ensemble.tally.active[0], 0);
}

// A step of 2^40 samples would take an hour: who comes back has heard it within.
TEST(LinearVaeEnsemble, AStopIsHeardWithinAStep) {
    for (const Dynamics dynamics : {Dynamics::sgd, Dynamics::sgd_full}) {
        VaePayload problem;
        problem.dynamics = dynamics;
        problem.dimension = 20.0;
        problem.batch = std::uint64_t{1} << 40;
        problem.steps = 1;
        std::vector<double> states(3 * static_cast<std::size_t>(linear_vae::size_of_state(problem)));
        std::vector<linear_vae::Status> status(3, linear_vae::Status::at_horizon);
        std::vector<std::uint32_t> attempts(3);
        StopRequest stop;
        const linear_vae::Task task = {&problem, seed, 0, 3, nullptr, &stop};
        stop.ask(0.1);
        linear_vae::run_to_ends_on_cpu(task, {states.data(), status.data(), attempts.data()}, {1, best_cpu_isa()});
        for (const linear_vae::Status one : status) EXPECT_EQ(one, linear_vae::Status::given_up);
        status.assign(3, linear_vae::Status::at_horizon);
        linear_vae::follow(task, {0.0}, states.data(), status.data(), 1);
        for (const linear_vae::Status one : status) EXPECT_EQ(one, linear_vae::Status::given_up);
        problem.batch = 2;  // twin: a step that is over before it is looked at
        linear_vae::run_to_ends_on_cpu(task, {states.data(), status.data(), attempts.data()}, {1, best_cpu_isa()});
        for (const linear_vae::Status one : status) EXPECT_EQ(one, linear_vae::Status::at_horizon);
    }
}

}  // namespace
}  // namespace modecollapse
