// CPU against CUDA for sampled dynamics: the reduced sampler and the diffusion approximation give the same states, the
// full sampler the same up to the order of its sums.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t seed = 20261121;

class SgdParityAt : public testing::TestWithParam<double> {
protected:
    void SetUp() override {
        if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    }
};

INSTANTIATE_TEST_SUITE_P(Dimensions, SgdParityAt, testing::Values(2.0, 3.0, 4.0, 100.0, 1000.0));

// Largest difference of the final states, and of the path, over all trajectories.
double difference(const SgdPayload& problem, SgdSampler sampler, std::uint64_t cuda_seed,
                  std::uint64_t count = share_of(300)) {
    const std::uint64_t steps[] = {0, 2, problem.steps};
    std::vector<double> m1[2], path[2];
    for (int i = 0; i < 2; ++i) {
        m1[i].resize(count);
        path[i].resize(3 * count);
        SgdTask task{&problem, sampler, i == 0 ? seed : cuda_seed, 5, count, nullptr, {}, {}};
        task.record.m1 = m1[i].data();
        task.path = {steps, 3, nullptr, nullptr, path[i].data(), nullptr};
        const OutcomeCounts counts = i == 0 ? run_sgd_on_cpu(task, {2, best_cpu_isa()}) : run_sgd_on_cuda(task, {0});
        EXPECT_EQ(total_of(counts), static_cast<std::int64_t>(count));
        EXPECT_EQ(counts.attempts, static_cast<std::int64_t>(count * problem.steps));
    }
    double largest = 0.0;
    for (std::size_t k = 0; k < count; ++k) largest = std::fmax(largest, std::fabs(m1[0][k] - m1[1][k]));
    for (std::size_t k = 0; k < 3 * count; ++k) largest = std::fmax(largest, std::fabs(path[0][k] - path[1][k]));
    return largest;
}

TEST_P(SgdParityAt, StatesAgree) {
    for (const support::SgdCase& c : support::one_case_of_each_kind())
        for (const SgdSampler sampler : {SgdSampler::reduced, SgdSampler::full, SgdSampler::diffusion}) {
            if (sampler == SgdSampler::diffusion && c.estimator == Estimator::score) continue;
            const SgdPayload problem = support::sgd_payload_of(c, GetParam(), 7, 5, 0.1);
            EXPECT_LE(difference(problem, sampler, seed), sampler == SgdSampler::full ? 1e-11 : 0.0) << name_of(c);
            EXPECT_GT(difference(problem, sampler, seed + 1), 1e-3) << name_of(c);  // twin
        }
}

// A warp a trajectory, over several rounds of its lanes and an odd batch; and a thread a trajectory, which takes many.
TEST(SgdParity, FewAndManyTrajectoriesAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const auto many = static_cast<std::uint64_t>(128 * cuda_device(0).multiprocessors);
    for (const support::SgdCase& c : support::one_case_of_each_kind()) {
        const SgdPayload large = support::sgd_payload_of(c, 100.0, 131, 2, 0.1);
        EXPECT_EQ(difference(large, SgdSampler::reduced, seed, 2), 0.0) << name_of(c);
        const SgdPayload small = support::sgd_payload_of(c, 100.0, 3, 2, 0.1);
        EXPECT_EQ(difference(small, SgdSampler::reduced, seed, many), 0.0) << name_of(c);
        EXPECT_GT(difference(small, SgdSampler::reduced, seed + 1, 2), 1e-3) << name_of(c);  // twin
    }
}

TEST(SgdParity, AStopIsServed) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const SgdPayload problem =
        support::sgd_payload_of(support::one_case_of_each_kind().front(), 10.0, 7, 1000000000, 0.1);
    for (const SgdSampler sampler : {SgdSampler::reduced, SgdSampler::full}) {
        StopRequest stop;
        stop.ask(0.3);
        const OutcomeCounts counts = run_sgd_on_cuda({&problem, sampler, seed, 5, 3, nullptr, {}, {}, &stop}, {0});
        EXPECT_EQ(total_of(counts), 0);  // 10^9 steps take hours
    }
}

}  // namespace
}  // namespace modecollapse
