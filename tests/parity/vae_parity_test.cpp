// CPU against CUDA for VAEs: equal parameters, moments and monitors, to the last bit, for every decoder, likelihood and precision.
#include <gtest/gtest.h>

#include "kernels/vae/ensemble.hpp"
#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/trained_members.hpp"
#include "tests/support/vae_problems.hpp"

namespace modecollapse::vae {
namespace {

constexpr std::uint64_t count = 3;

using Members = support::TrainedMembers<Monitor>;

enum class On { cpu, cuda };

Members trained(const Problem& problem, Precision precision, On on, std::uint64_t seed = 7, Members* from = nullptr,
                const std::vector<std::uint64_t>& times = {}, const StopRequest* stop = nullptr) {
    Members m(count, layout_of(problem).count, times.size());
    Task task = {&problem, precision, seed, 4, count};
    task.stop = stop;
    m.train(task, from, times, [on](const Task& all) {
        return on == On::cuda ? run_on_cuda(all, {0}) : run_on_cpu(all, {2, best_cpu_isa()});
    });
    return m;
}

Problem shortened(Problem problem) {
    problem.batch = 150;  // two tiles, the second not whole
    problem.steps = 5;
    problem.held_out = 200;
    problem.optimizer.gradient_clip = 0.5;
    return problem;
}

void expect_equal_bits(const Problem& problem) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const Members cpu = trained(problem, precision, On::cpu);
        EXPECT_TRUE(cpu == trained(problem, precision, On::cuda));
        EXPECT_FALSE(cpu == trained(problem, precision, On::cuda, 8));  // twin: another seed
    }
}

TEST(VaeParity, MembersAgreeToTheBit) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const Decoder decoder : {Decoder::mlp, Decoder::brenier, Decoder::linear})
        for (const std::uint32_t clusters : {0u, 3u}) {
            SCOPED_TRACE(decoder_names[static_cast<int>(decoder)] + std::to_string(clusters));
            expect_equal_bits(shortened(problem_of(decoder, Likelihood::gaussian, Spread::trained, clusters)));
        }
}

// Rows of a table are on the device; every pixel is drawn anew. Three latents: exact posteriors are sampled.
TEST(VaeParity, TablesAgreeToTheBit) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    Problem problem = shortened(problem_of(Decoder::mlp, Likelihood::bernoulli, Spread::fixed, 2));
    problem.latent = 3;
    problem.encoder.outputs = code_rows(3, 2);
    problem.network.inputs = 3;
    std::vector<double> rows(problem.held_out * problem.dimension);
    std::vector<std::int64_t> labels(problem.held_out);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<double>(i % 7) / 6.0;
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 2);
    problem.data = {DataLaw::table};
    problem.data.points = problem.data.held_out_points = rows.data();
    problem.data.held_out_labels = labels.data();
    problem.data.label_kinds = 2;
    problem.data.size = problem.held_out;
    problem.data.pixels = Pixels::sampled;
    expect_equal_bits(problem);
}

TEST(VaeParity, TrainingsGoOnWhereTheyWere) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const Problem whole = shortened(problem_of(Decoder::brenier));
    Problem half = whole;
    half.steps = 2;
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const Members cpu = trained(whole, precision, On::cpu);
        Members begun = trained(half, precision, On::cuda);
        EXPECT_FALSE(begun == cpu);  // twin
        EXPECT_TRUE(trained(whole, precision, On::cuda, 7, &begun) == cpu);
        begun.failed[1] = 1;  // stays as it is
        Members here = trained(whole, precision, On::cpu, 7, &begun);
        EXPECT_TRUE(trained(whole, precision, On::cuda, 7, &begun) == here);
        EXPECT_EQ(here.steps[1], 2u);
        EXPECT_EQ(here.outcome[1], static_cast<std::uint8_t>(Outcome::failed));
    }
}

TEST(VaeParity, MonitorsOnTheWayAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    Problem problem = shortened(problem_of(Decoder::mlp));
    const std::vector<std::uint64_t> times = {0, 2, 3, 5};
    EXPECT_TRUE(trained(problem, Precision::double_precision, On::cpu, 7, nullptr, times) ==
                trained(problem, Precision::double_precision, On::cuda, 7, nullptr, times));
    problem.optimizer.learning_rate = 1e300;  // not finite after a step or two
    const Members cpu = trained(problem, Precision::double_precision, On::cpu, 7, nullptr, times);
    EXPECT_EQ(cpu.failed[0], 1);
    EXPECT_TRUE(cpu == trained(problem, Precision::double_precision, On::cuda, 7, nullptr, times));
}

// Also where it ends finite and far off, and where a constant has grown that a start is compared under.
TEST(VaeParity, TrainingsAreJudgedAlike) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    Problem diverging = shortened(problem_of(Decoder::brenier));
    diverging.optimizer.optimizer = Optimizer::sgd;
    diverging.optimizer.learning_rate = 30.0;  // of a clipped gradient
    Problem growing = shortened(problem_of(Decoder::linear));
    growing.inverse_lipschitz = {0.8, 0.0, 0.1, 4.0};
    for (const Problem* problem : {&diverging, &growing}) {
        const Members cpu = trained(*problem, Precision::double_precision, On::cpu);
        EXPECT_TRUE(cpu == trained(*problem, Precision::double_precision, On::cuda));
        EXPECT_EQ(cpu.failed[0], 0);
        EXPECT_EQ(cpu.outcome[0] == static_cast<std::uint8_t>(Outcome::failed), problem == &diverging);
    }
}

TEST(VaeParity, AStopIsServed) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    Problem problem = shortened(problem_of(Decoder::mlp));
    problem.steps = 1000000000;
    StopRequest stop;
    stop.ask(0.3);
    EXPECT_FALSE(trained(problem, Precision::double_precision, On::cuda, 7, nullptr, {}, &stop).finished);
}

}  // namespace
}  // namespace modecollapse::vae
