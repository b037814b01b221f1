// The body of the CUDA kernel, run on the CPU: kernels/gradient_flow/thread.hpp against the CPU backend, bit for bit.
// Needs no GPU. What is left to the tests with one is the schedule in kernels/gradient_flow/ensemble.cu, cuRAND, and
// the device's arithmetic.
#include "kernels/gradient_flow/thread.hpp"

#include <gtest/gtest.h>

#include "kernels/gradient_flow/attempt_numbers.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/parity/gradient_flow_runs.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t seed = 11;

// Stands in for the counter that the threads of a block share.
struct SharedCounter {
    std::uint64_t* taken;
    std::uint64_t end;
    bool operator()(std::uint64_t& index) const {
        index = (*taken)++;
        return index < end;
    }
};

// `threads` threads side by side. lazy: a thread draws only when it has nothing left; otherwise it refills its reserve
// every turn.
enum class Reserve { lazy, eager };

template <class Real, FieldProgram kind = FieldProgram::lean, class Numbers>
GradientFlowRun run_threads(TrajectoryTask task, const Numbers& numbers, int threads, Reserve reserve) {
    using Thread = TrajectoryThread<Real, kind, Random123Words, SharedCounter, Numbers>;
    GradientFlowRun run(task.count);
    task.record = run.record();
    std::uint64_t taken = 0;
    std::vector<std::int64_t> columns(static_cast<std::size_t>(CountColumn::entries * threads), 0);
    std::vector<Thread> pool;
    for (int i = 0; i < threads; ++i)
        pool.emplace_back(*task.problem, numbers, task, SharedCounter{&taken, task.count},
                          CountColumn{columns.data() + i, threads});
    for (bool running = true; running;) {
        running = false;
        for (Thread& thread : pool) {
            if (reserve == Reserve::eager || !thread.running()) thread.draw();
            thread.begin();
            if (!thread.running()) continue;
            thread.advance();
            running = true;
        }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t entry = i / static_cast<std::size_t>(threads);
        std::int64_t& count = entry < outcome_count            ? run.counts.count[entry]
                              : entry == CountColumn::attempts ? run.counts.attempts
                                                               : run.counts.quasi;
        count += columns[i];
    }
    return run;
}

template <class Real, FieldProgram kind = FieldProgram::lean>
GradientFlowRun run_threads(const TrajectoryTask& task) {
    return run_threads<Real, kind>(task, *task.problem, 128, Reserve::eager);
}

// With the numbers of an attempt rounded beforehand and polynomials of lengths that the compiler knows.
template <class Real, FieldProgram kind, int attraction_length, int overlap_length>
GradientFlowRun run_prepared(const TrajectoryTask& task) {
    using Lengths = FitLengths<attraction_length, overlap_length>;
    EXPECT_TRUE(Lengths::hold(task.problem->flow.expectations));
    return run_threads<Real, kind>(task, attempt_numbers_of<Real, Lengths>(*task.problem), 128, Reserve::eager);
}

bool identical(const GradientFlowRun& a, const GradientFlowRun& b) {
    const GradientFlowDifference difference = difference_of(a, b);
    return difference.flips == 0 && difference.largest == 0.0 && same_counts(a.counts, b.counts);
}

class TrajectoryThreadAt : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, TrajectoryThreadAt, testing::Values(2.0, 3.0, 100.0, 1e9));

TEST_P(TrajectoryThreadAt, IsTheCpuBackendToTheLastBit) {
    const MixtureSetup setup = parity_setup({});
    const GradientFlowPayload problem = setup.for_dimension(GetParam());
    const GradientFlowPayload wrong = with_wrong_drift(problem);
    const GradientFlowRun cpu = run_on_cpu(task_of(setup, problem, GetParam(), seed, 0, 20000));
    EXPECT_TRUE(identical(cpu, run_threads<double>(task_of(setup, problem, GetParam(), seed, 0, 20000))));
    EXPECT_FALSE(identical(cpu, run_threads<double>(task_of(setup, problem, GetParam(), seed + 1, 0, 20000))));
    EXPECT_FALSE(identical(cpu, run_threads<double>(task_of(setup, wrong, GetParam(), seed, 0, 20000))));
}

TEST_P(TrajectoryThreadAt, IsTheCpuBackendInSinglePrecision) {
    const MixtureSetup setup = parity_setup(20.0, Precision::single_precision);
    const GradientFlowPayload problem = setup.for_dimension(GetParam());
    const TrajectoryTask task = task_of(setup, problem, GetParam(), seed, 0, 20000);
    EXPECT_TRUE(identical(run_on_cpu(task), run_threads<float>(task)));
    EXPECT_FALSE(
        identical(run_on_cpu(task), run_threads<float>(task_of(setup, problem, GetParam(), seed + 1, 0, 20000))));
}

TEST(TrajectoryThread, TrainableWeightsAndSchedulesAreTheCpuBackendToTheLastBit) {
    for (const MixtureSetup& setup : general_setups()) {
        const GradientFlowPayload problem = setup.for_dimension(100.0);
        const GradientFlowRun cpu = run_on_cpu(task_of(setup, problem, 100.0, seed, 0, 500));
        EXPECT_TRUE(
            identical(cpu, run_threads<double, FieldProgram::general>(task_of(setup, problem, 100.0, seed, 0, 500))));
        EXPECT_FALSE(identical(
            cpu, run_threads<double, FieldProgram::general>(task_of(setup, problem, 100.0, seed + 1, 0, 500))));
    }
}

// R = 1.5: the attraction's polynomial has 8 terms, the overlap's 11
TEST(TrajectoryThread, NumbersRoundedBeforehandAndLongerPolynomialsChangeNoBit) {
    constexpr FieldProgram lean = FieldProgram::lean;
    const MixtureSetup setup = parity_setup({}), single = parity_setup(20.0, Precision::single_precision);
    const GradientFlowPayload problem = setup.for_dimension(100.0), single_problem = single.for_dimension(100.0);
    EXPECT_FALSE((FitLengths<7, 19>::hold(problem.flow.expectations)));
    EXPECT_FALSE((FitLengths<16, 9>::hold(problem.flow.expectations)));
    const TrajectoryTask task = task_of(setup, problem, 100.0, seed, 0, 5000);
    const GradientFlowRun cpu = run_on_cpu(task);
    EXPECT_TRUE(identical(cpu, run_prepared<double, lean, 0, 0>(task)));
    EXPECT_TRUE(identical(cpu, run_prepared<double, lean, 8, 11>(task)));
    EXPECT_TRUE(identical(cpu, run_prepared<double, lean, 16, 19>(task)));
    const GradientFlowPayload wrong = with_wrong_drift(problem);
    EXPECT_FALSE(identical(cpu, run_prepared<double, lean, 8, 11>(task_of(setup, wrong, 100.0, seed, 0, 5000))));
    const TrajectoryTask single_task = task_of(single, single_problem, 100.0, seed, 0, 5000);
    const GradientFlowRun single_cpu = run_on_cpu(single_task);
    EXPECT_TRUE(identical(single_cpu, run_prepared<float, lean, 0, 0>(single_task)));
    EXPECT_TRUE(identical(single_cpu, run_prepared<float, lean, 10, 13>(single_task)));
    for (const MixtureSetup& general : general_setups()) {
        const GradientFlowPayload trained = general.for_dimension(100.0);
        const TrajectoryTask few = task_of(general, trained, 100.0, seed, 0, 100);
        EXPECT_TRUE(identical(run_on_cpu(few), run_prepared<double, FieldProgram::general, 0, 0>(few)));
    }
}

TEST(TrajectoryThread, GivenStartsAndHighIds) {
    const MixtureSetup setup = parity_setup(5.0);
    const GradientFlowPayload problem = setup.for_dimension(100.0);
    const std::vector<OrderParameters<double>> starts = grid_of_starts(5001);
    TrajectoryTask task = task_of(setup, problem, 100.0, seed, (1ull << 40) + 17, 5000);
    EXPECT_TRUE(identical(run_on_cpu(task), run_threads<double>(task)));
    task.starts = starts.data();
    const GradientFlowRun cpu = run_on_cpu(task);
    EXPECT_TRUE(identical(cpu, run_threads<double>(task)));
    task.starts = starts.data() + 1;
    EXPECT_FALSE(identical(cpu, run_threads<double>(task)));
}

TEST(TrajectoryThread, TheScheduleDoesNotMatter) {
    const MixtureSetup setup = parity_setup({});
    const GradientFlowPayload problem = setup.for_dimension(2.0);
    const TrajectoryTask task = task_of(setup, problem, 2.0, seed, 0, 3000);
    const GradientFlowRun reference = run_threads<double>(task, problem, 1, Reserve::lazy);
    for (const int threads : {1, 3, 32, 5000})
        for (const Reserve reserve : {Reserve::lazy, Reserve::eager})
            EXPECT_TRUE(identical(reference, run_threads<double>(task, problem, threads, reserve)))
                << threads << " threads";
}

}  // namespace
}  // namespace modecollapse
