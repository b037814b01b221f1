// CPU against CUDA for RealNVP flows. Small networks: the same bits of every member, because every sum has the same
// order (kernels/realnvp/block.hpp). Large ones, whose products cuBLAS does: agreement to rounding.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

struct Members {
    std::vector<double> parameters, first, second;
    std::vector<std::uint64_t> steps;
    std::vector<std::uint8_t> failed;
    std::vector<double> covered;  // entropic mode coverage of each
    RealnvpCounts counts;
};

Members trained(const RealnvpProblem& problem, Precision precision, std::uint64_t seed, bool cuda,
                std::uint64_t count = share_of(20)) {
    const std::size_t n = count * parameter_count(problem.shape);
    Members m{std::vector<double>(n),
              std::vector<double>(n),
              std::vector<double>(n),
              std::vector<std::uint64_t>(count),
              std::vector<std::uint8_t>(count),
              std::vector<double>(count),
              {}};
    std::vector<RealnvpMonitor> monitors(count);
    const TrainingStates states = {m.parameters.data(), m.first.data(), m.second.data(), m.steps.data(),
                                   m.failed.data()};
    RealnvpTask task = {&problem, precision, seed, 3, count, problem.steps};
    task.to = &states;
    task.record.monitor = monitors.data();
    m.counts = cuda ? run_realnvp_on_cuda(task, {0}) : run_realnvp_on_cpu(task, {2, best_cpu_isa()});
    for (std::uint64_t i = 0; i < count; ++i) m.covered[i] = monitors[i].entropic_coverage;
    return m;
}

// Five modes on a ring of radius 3, of unequal weights.
PlacedModes modes_in(std::uint32_t dimension) {
    ModePoints rows;
    for (int k = 0; k < 5; ++k) rows.push_back({3.0 * std::cos(0.4 * M_PI * k), 3.0 * std::sin(0.4 * M_PI * k)});
    return {placed_in(rows, dimension, ModeAxes::of_all), {0.1, 0.3, 0.25, 0.15, 0.2}};
}

TEST(RealnvpParity, MembersAgreeToTheBit) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const std::uint32_t dimension : {2u, 16u})
        for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
            for (const auto& [precision, of_modes] :
                 {std::pair{Precision::double_precision, false}, std::pair{Precision::single_precision, false},
                  std::pair{Precision::double_precision, true}, std::pair{Precision::single_precision, true}}) {
                Training training;
                training.shape = {dimension, 4, 24, 2};
                training.batch = dimension == 2 ? 256 : 100;  // 256: every thread of a block has a sample of its own
                training.steps = share_of(30);
                training.evaluation_samples = share_of(1000);
                training.estimator = estimator;
                const PlacedModes modes = modes_in(dimension);
                const RealnvpProblem problem =
                    realnvp_problem(support::flow_target(2.0, 0.4), training, of_modes ? &modes : nullptr);
                const Members cpu = trained(problem, precision, 7, false), cuda = trained(problem, precision, 7, true);
                EXPECT_EQ(cpu.parameters, cuda.parameters);
                EXPECT_EQ(cpu.second, cuda.second);
                EXPECT_EQ(cpu.steps, cuda.steps);
                EXPECT_EQ(cpu.covered, cuda.covered);
                for (int i = 0; i < realnvp_outcome_count; ++i) EXPECT_EQ(cpu.counts.count[i], cuda.counts.count[i]);
                EXPECT_NE(cpu.parameters, trained(problem, precision, 8, true).parameters);  // twin
            }
}

// Parameters beyond shared memory; members beyond one wave of 32, so that the last wave is padded.
TEST(RealnvpParity, LargeNetworksAgreeToRounding) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise}) {
        Training training;
        training.shape = {16, 2, 96, 2};
        training.batch = share_of(300);
        training.steps = share_of(20);
        training.evaluation_samples = share_of(1000);
        training.estimator = estimator;
        training.optimizer.optimizer = Optimizer::sgd;
        const PlacedModes modes = modes_in(16);
        const RealnvpProblem two = realnvp_problem(support::flow_target(2.0, 0.4), training),
                             five = realnvp_problem(support::flow_target(2.0, 0.4), training, &modes);
        for (const auto& [problem, precision] :
             {std::pair{two, Precision::double_precision}, std::pair{two, Precision::single_precision},
              std::pair{five, Precision::double_precision}}) {
            const Members cpu = trained(problem, precision, 7, false, 40),
                          cuda = trained(problem, precision, 7, true, 40);
            const double tolerance = precision == Precision::single_precision ? 1e-5 : 1e-12;
            double largest = 0.0;
            for (std::size_t i = 0; i < cpu.parameters.size(); ++i)
                largest = std::fmax(largest, std::fabs(cpu.parameters[i] - cuda.parameters[i]));
            EXPECT_LT(largest, tolerance);
            EXPECT_EQ(cpu.steps, cuda.steps);
            // a member's bits do not depend on how many others there are
            const Members few = trained(problem, precision, 7, true, 3);
            for (std::size_t i = 0; i < few.parameters.size(); ++i) ASSERT_EQ(few.parameters[i], cuda.parameters[i]);
        }
    }
}

}  // namespace
}  // namespace modecollapse
