// CPU against CUDA for linear VAEs: equal states, to the last bit, for every dynamics and shape.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::Dynamics;
using support::VaePayload;

constexpr std::uint64_t seed = 20261128, count = share_of(200);

struct Members {
    std::vector<double> state;
    linear_vae::Tally tally;
};

Members members(const VaePayload& problem, bool cuda, std::uint64_t member_seed, const double* starts = nullptr) {
    Members result;
    result.state.resize(count * static_cast<std::uint64_t>(linear_vae::size_of_state(problem)));
    const linear_vae::Task task = {&problem, member_seed, 5, count, starts};
    const linear_vae::Records records = {result.state.data()};
    result.tally = cuda ? linear_vae::run_on_cuda(task, records, {0}, 2)
                        : linear_vae::run_on_cpu(task, records, {2, best_cpu_isa()});
    return result;
}

bool same(const Members& a, const Members& b) {
    return std::memcmp(a.state.data(), b.state.data(), a.state.size() * sizeof(double)) == 0 &&
           std::memcmp(&a.tally, &b.tally, sizeof a.tally) == 0;
}

std::vector<VaePayload> cases() {
    std::vector<VaePayload> result;
    const std::pair<int, int> shapes[] = {{1, 1}, {2, 2}, {2, 1}, {3, 2}, {4, 4}, {1, 2}, {5, 6}};
    for (const Dynamics dynamics : {Dynamics::flow, Dynamics::flow_noise, Dynamics::sgd, Dynamics::sgd_full})
        for (const auto& [latent, signal] : shapes)
            for (const double constant : {0.0, 0.4}) {
                VaePayload p;
                p.dynamics = dynamics;
                p.latent = latent;
                p.signal = signal;
                p.inverse_lipschitz = constant;
                p.dimension = 40.0;
                p.batch = 3;
                p.weight_decay = 0.05;
                p.horizon = linear_vae::is_flow(dynamics) ? 3.0 : 0.03;
                p.kl_weight = {constant > 0.0 ? Annealing::cyclical : Annealing::tanh, 1.4, 0.1, 1.0, 0.4};
                support::set_steps(p);
                result.push_back(p);
            }
    return result;
}

TEST(LinearVaeParity, StatesAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const VaePayload& problem : cases()) {
        const Members cpu = members(problem, false, seed);
        EXPECT_TRUE(same(cpu, members(problem, true, seed)))
            << linear_vae::dynamics_names[static_cast<int>(problem.dynamics)] << " " << problem.latent << " "
            << problem.inverse_lipschitz;
        EXPECT_FALSE(same(cpu, members(problem, true, seed + 1)));  // twin
    }
}

TEST(LinearVaeParity, GivenStartsAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const Dynamics dynamics : {Dynamics::flow, Dynamics::sgd}) {
        VaePayload problem = cases().front();
        problem.dynamics = dynamics;
        problem.horizon = 0.5;
        support::set_steps(problem);
        const std::vector<double> starts = members(cases()[0], false, seed).state;
        EXPECT_TRUE(same(members(problem, false, 1, starts.data()), members(problem, true, 1, starts.data())));
    }
}

TEST(LinearVaeParity, StepsUsedUpAreFailures) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    VaePayload problem;
    problem.maximum_steps = 10;
    const Members cuda = members(problem, true, seed);
    EXPECT_EQ(cuda.tally.outcome[static_cast<int>(linear_vae::Outcome::failed)], static_cast<std::int64_t>(count));
    EXPECT_TRUE(same(members(problem, false, seed), cuda));
}

TEST(LinearVaeParity, AStopIsServed) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    VaePayload problem;
    problem.dynamics = Dynamics::sgd;
    problem.steps = 1000000000;
    StopRequest stop;
    stop.ask(0.3);
    const linear_vae::Tally tally = linear_vae::run_on_cuda({&problem, seed, 5, 3, nullptr, &stop}, {}, {0}, 1);
    for (const std::int64_t outcome : tally.outcome) EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace modecollapse
