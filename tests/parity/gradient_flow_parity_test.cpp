// CPU against CUDA: the same ids give the same trajectories. Both backends read the same physics and the same random
// words, so the bound of 1e-12 is generous; what differs is everything around them (kernels/gradient_flow/ensemble.cu).
// Every agreement has a twin that must fail.
#include <gtest/gtest.h>

#include <thread>

#include "tests/parity/gradient_flow_runs.hpp"

namespace modecollapse {
namespace {

constexpr double state_bound = 1e-12;  // relative, double precision, horizon 1
constexpr double single_bound = 1e-5;  // the same in single precision
constexpr double flip_share = 1e-5;    // outcomes that may differ
constexpr std::uint64_t seed = 20260117;
constexpr std::uint64_t short_count = share_of(20000);

class GradientFlowParity : public testing::Test {
protected:
    void SetUp() override {
        if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    }
};

class GradientFlowParityAt : public GradientFlowParity, public testing::WithParamInterface<double> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, GradientFlowParityAt, testing::Values(2.0, 3.0, 100.0, 1e9));

TEST_P(GradientFlowParityAt, StatesAfterAShortTimeAgree) {
    const MixtureSetup setup = parity_setup(1.0);
    const GradientFlowPayload problem = setup.for_dimension(GetParam());
    const GradientFlowPayload wrong = with_wrong_drift(problem);
    const TrajectoryTask task = task_of(setup, problem, GetParam(), seed, 0, short_count);
    const GradientFlowRun cpu = run_on_cpu(task);
    EXPECT_LE(difference_of(cpu, run_on_cuda(task)).largest, state_bound);
    // twins: another seed, a drift wrong by 1 %
    EXPECT_GT(difference_of(cpu, run_on_cuda(task_of(setup, problem, GetParam(), seed + 1, 0, short_count))).largest,
              1e-3);
    EXPECT_GT(difference_of(cpu, run_on_cuda(task_of(setup, wrong, GetParam(), seed, 0, short_count))).largest, 1e-4);
}

TEST_P(GradientFlowParityAt, SinglePrecisionStatesAgree) {
    const MixtureSetup setup = parity_setup(1.0, Precision::single_precision);
    const GradientFlowPayload problem = setup.for_dimension(GetParam());
    const TrajectoryTask task = task_of(setup, problem, GetParam(), seed, 0, short_count);
    const GradientFlowRun cpu = run_on_cpu(task);
    EXPECT_LE(difference_of(cpu, run_on_cuda(task)).largest, single_bound);
    EXPECT_GT(difference_of(cpu, run_on_cuda(task_of(setup, problem, GetParam(), seed + 1, 0, short_count))).largest,
              1e-3);
}

TEST_P(GradientFlowParityAt, OutcomesAgree) {
    constexpr std::uint64_t count = share_of(100000);
    const MixtureSetup setup = parity_setup({});
    const GradientFlowPayload problem = setup.for_dimension(GetParam());
    const TrajectoryTask task = task_of(setup, problem, GetParam(), seed, 0, count);
    const GradientFlowRun cpu = run_on_cpu(task), cuda = run_on_cuda(task);
    EXPECT_LT(static_cast<double>(difference_of(cpu, cuda).flips), flip_share * count);
    // the counts are those of the records
    OutcomeCounts recorded = {};
    for (const std::uint8_t outcome : cuda.outcome) ++recorded.count[outcome];
    EXPECT_TRUE(std::equal(recorded.count, recorded.count + outcome_count, cuda.counts.count));
    // twin: another seed. At d = 10^9 every trajectory ends alike, and only the end times tell the seeds apart.
    const GradientFlowDifference other =
        difference_of(cpu, run_on_cuda(task_of(setup, problem, GetParam(), seed + 1, 0, count)));
    if (GetParam() <= 100.0)
        EXPECT_GT(other.flips, static_cast<std::int64_t>(count / 10));
    else
        EXPECT_GT(other.largest, 1e-3);
}

TEST_F(GradientFlowParity, TrainableWeightsAndSchedulesAgree) {
    constexpr std::uint64_t count = short_count;
    for (const MixtureSetup& setup : general_setups()) {
        const GradientFlowPayload problem = setup.for_dimension(100.0);
        const GradientFlowRun cpu = run_on_cpu(task_of(setup, problem, 100.0, seed, 0, count));
        const GradientFlowDifference same =
            difference_of(cpu, run_on_cuda(task_of(setup, problem, 100.0, seed, 0, count)));
        EXPECT_LE(same.flips, 2);
        EXPECT_LE(same.largest, 1e-6);  // the time of the end too: a trap that is lost shows there
        EXPECT_GT(difference_of(cpu, run_on_cuda(task_of(setup, problem, 100.0, seed + 1, 0, count))).flips,
                  static_cast<std::int64_t>(count / 20));
    }
}

TEST_F(GradientFlowParity, CountsDoNotDependOnTheSplit) {
    constexpr std::uint64_t count = 3000;
    const MixtureSetup setup = parity_setup({});
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    const auto in_chunks = [&](std::uint64_t chunk, std::uint64_t first) {
        OutcomeCounts total = {};
        for (std::uint64_t begin = 0; begin < count; begin += chunk)
            total = sum_of(
                total, run_trajectories_on_cuda(
                           task_of(setup, problem, 100.0, seed, first + begin, std::min(chunk, count - begin)), {0}));
        return total;
    };
    const OutcomeCounts all = in_chunks(count, 0);
    for (const std::uint64_t chunk : {1, 37, 1024})
        EXPECT_TRUE(same_counts(all, in_chunks(chunk, 0))) << "chunk " << chunk;
    EXPECT_FALSE(same_counts(all, in_chunks(1024, 1)));  // twin: every id shifted by one
    EXPECT_TRUE(
        same_counts(all, run_trajectories_on_cpu(task_of(setup, problem, 100.0, seed, 0, count), {1, best_cpu_isa()})));
}

// d = 2: even after this short time a good part of the trajectories is decided, so the counts tell the ids apart.
TEST_F(GradientFlowParity, MoreTrajectoriesThanALaunchTakes) {
    const std::uint64_t count = static_cast<std::uint64_t>(cuda_device(0).multiprocessors) * (1u << 18) + 12345;
    const MixtureSetup setup = parity_setup(0.25);
    const GradientFlowPayload problem = setup.for_dimension(2.0);
    const auto run = [&](std::uint64_t first, std::uint64_t number) {
        return run_trajectories_on_cuda(task_of(setup, problem, 2.0, seed, first, number), {0});
    };
    const OutcomeCounts all = run(0, count);
    std::int64_t total = 0;
    for (const std::int64_t part : all.count) total += part;
    EXPECT_EQ(total, static_cast<std::int64_t>(count));
    EXPECT_TRUE(same_counts(all, sum_of(run(0, count / 2), run(count / 2, count - count / 2))));
    EXPECT_FALSE(same_counts(all, sum_of(run(0, count / 2), run(0, count - count / 2))));  // twin: the first half twice
}

TEST_F(GradientFlowParity, IdsBeyond32BitsAgree) {
    const MixtureSetup setup = parity_setup(1.0);
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    for (const std::uint64_t first : {(1ull << 32) - 500, (1ull << 40) + 12345}) {
        const GradientFlowRun cpu = run_on_cpu(task_of(setup, problem, 100.0, seed, first, 1000));
        EXPECT_LE(difference_of(cpu, run_on_cuda(task_of(setup, problem, 100.0, seed, first, 1000))).largest,
                  state_bound)
            << first;
        const std::uint64_t low_word = first & 0xffffffffull;  // twin: the high half dropped
        const std::uint64_t other = low_word == first ? 0 : low_word;
        EXPECT_GT(difference_of(cpu, run_on_cuda(task_of(setup, problem, 100.0, seed, other, 1000))).largest, 1e-3)
            << first;
    }
}

// Longer than the arrays that the device holds at a time (2^20).
TEST_F(GradientFlowParity, GivenStartsAgree) {
    constexpr std::uint64_t count = (1u << 20) + 1000;
    const MixtureSetup setup = parity_setup(0.5);
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    const std::vector<OrderParameters<double>> starts = grid_of_starts(count + 1);
    TrajectoryTask task = task_of(setup, problem, 100.0, seed, 0, count);
    task.starts = starts.data();
    const GradientFlowRun cpu = run_on_cpu(task);
    const GradientFlowDifference same = difference_of(cpu, run_on_cuda(task));
    EXPECT_EQ(same.flips, 0);
    EXPECT_LE(same.largest, state_bound);
    task.starts = starts.data() + 1;  // twin: each trajectory gets its neighbour's start
    EXPECT_GT(difference_of(cpu, run_on_cuda(task)).largest, 1e-3);
}

// A program for each class of lengths of the polynomials, and one for any.
TEST_F(GradientFlowParity, EveryRadiusAgrees) {
    for (const double radius : {0.5, 1.9, 2.8, 3.8, 5.0}) {
        Problem problem;
        problem.radius = radius;
        problem.target_weight = 2.0 / 3.0;
        MixtureSettings settings;
        settings.horizon = 1.0;
        const MixtureSetup setup(problem, settings);
        const GradientFlowPayload payload = setup.for_dimension(100.0);
        const TrajectoryTask task = task_of(setup, payload, 100.0, seed, 0, share_of(2000));
        const GradientFlowRun cpu = run_on_cpu(task);
        EXPECT_LE(difference_of(cpu, run_on_cuda(task)).largest, state_bound) << radius;
        const GradientFlowPayload wrong = with_wrong_drift(payload);
        const TrajectoryTask other = task_of(setup, wrong, 100.0, seed, 0, share_of(2000));
        EXPECT_GT(difference_of(cpu, run_on_cuda(other)).largest, 1e-4) << radius;
    }
}

TEST_F(GradientFlowParity, ThreadsShareADevice) {
    constexpr int workers = 6, rounds = 5;
    const MixtureSetup setup = parity_setup({});
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    const auto part = [&](int i) {
        return task_of(setup, problem, 100.0, seed, static_cast<std::uint64_t>(1000 * i), share_of(5000) + 7);
    };
    std::vector<OutcomeCounts> alone, shared(workers * rounds);
    for (int i = 0; i < workers * rounds; ++i) alone.push_back(run_trajectories_on_cuda(part(i), {0}));
    std::vector<std::thread> threads;
    for (int worker = 0; worker < workers; ++worker)
        threads.emplace_back([&, worker] {
            for (int i = worker; i < workers * rounds; i += workers)
                shared[static_cast<std::size_t>(i)] = run_trajectories_on_cuda(part(i), {0});
        });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t i = 0; i < shared.size(); ++i) EXPECT_TRUE(same_counts(alone[i], shared[i])) << i;
    EXPECT_FALSE(same_counts(alone[0], shared[1]));
}

TEST_F(GradientFlowParity, ADeviceThatDoesNotExistIsNamedByCudasText) {
    const MixtureSetup setup = parity_setup(1.0);
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    const TrajectoryTask task = task_of(setup, problem, 100.0, seed, 0, 10);
    try {
        run_trajectories_on_cuda(task, {cuda_device_count()});
        FAIL() << "accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("cudaErrorInvalidDevice"), std::string::npos) << error.what();
    }
    // and leaves the backend usable
    EXPECT_EQ(difference_of(run_on_cpu(task), run_on_cuda(task)).flips, 0);
}

}  // namespace
}  // namespace modecollapse
