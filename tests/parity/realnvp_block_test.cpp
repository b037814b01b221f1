// The body of the CUDA kernel of RealNVP flows, run on the CPU by teams of threads, against the CPU backend: the same
// bits.
#include <gtest/gtest.h>

#include <cstring>

#include "kernels/realnvp/block.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/realnvp_members.hpp"
#include "tests/support/thread_team.hpp"

namespace modecollapse {
namespace {

struct Trained {
    std::vector<double> parameters, log_q, along;
};

template <class T>
Trained by_block(const RealnvpProblem& problem, std::uint64_t seed, std::uint64_t id, int threads) {
    const std::size_t bytes = realnvp_memory<T>(problem, nullptr).bytes, n = parameter_count(problem.shape),
                      count = problem.evaluation_samples;
    const support::AlignedStorage storage(bytes);
    const RealnvpMemory<T> memory = realnvp_memory<T>(problem, storage.data());
    Trained result{{}, std::vector<double>(count), std::vector<double>(count)};
    std::vector<double> log_p(count);
    support::as_team(threads, [&](const support::ThreadTeam& team) {
        const RealnvpBlock<T, support::ThreadTeam, Random123Words> block(problem, memory, seed, id, team, {});
        block.start();
        EXPECT_TRUE(block.train(0, problem.steps).finite);
        block.sample(count, result.log_q.data(), log_p.data(), result.along.data());
    });
    result.parameters.assign(memory.parameters, memory.parameters + n);
    return result;
}

TEST(RealnvpBlock, HasTheBitsOfTheCpuBackend) {
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
        for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random}) {
            const RealnvpProblem problem = support::eventful_flow(estimator, mask);
            const std::size_t n = parameter_count(problem.shape);
            for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
                std::vector<double> parameters(n), first(n), second(n);
                std::uint64_t steps = 0;
                std::uint8_t failed = 0;
                RealnvpMonitor monitor = {};
                const TrainingStates states = {parameters.data(), first.data(), second.data(), &steps, &failed};
                RealnvpTask task = {&problem, precision, 9, 4, 1, problem.steps};
                task.to = &states;
                task.record.monitor = &monitor;
                run_realnvp_on_cpu(task, {1, best_cpu_isa()});
                for (const int threads : {1, 3}) {
                    const Trained block = precision == Precision::single_precision
                                              ? by_block<float>(problem, 9, 4, threads)
                                              : by_block<double>(problem, 9, 4, threads);
                    EXPECT_EQ(block.parameters, parameters)
                        << realnvp_estimator_names[static_cast<int>(estimator)] << ", " << threads;
                    double mean = 0.0;
                    for (const double along : block.along) mean += along / problem.radius;
                    EXPECT_EQ(mean / 500.0, monitor.projected_mean);
                }
                EXPECT_NE(by_block<double>(problem, 9, 5, 1).parameters, parameters);  // twin: another member
            }
        }
}

}  // namespace
}  // namespace modecollapse
