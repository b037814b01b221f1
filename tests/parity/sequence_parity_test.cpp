// CPU against CUDA for sequence VAEs: equal parameters, moments and monitors, to the last bit, for both heads and precisions.
#include <gtest/gtest.h>

#include "kernels/sequence/ensemble.hpp"
#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/sequence_problems.hpp"
#include "tests/support/trained_members.hpp"

namespace modecollapse::sequence {
namespace {

constexpr std::uint64_t count = 3;
const support::Sentences training(80, 13, 7, 1), held_out(90, 13, 7, 2);
const TokenData data = {training.table(), held_out.table()};

// Of fresh sentences nobody holds any.
TokenData data_of(const Problem& problem) {
    static const std::uint64_t none[] = {0};
    TokenData all = data;
    if (problem.fresh.parameters) all.training = {nullptr, none, 0, 13, 7};
    return all;
}

using Members = support::TrainedMembers<Monitor>;

enum class On { cpu, cuda };

Members trained(const Problem& problem, Precision precision, On on, std::uint64_t seed = 7, Members* from = nullptr,
                const std::vector<std::uint64_t>& times = {}) {
    Members m(count, layout_of(problem).count, times.size());
    const TokenData sentences = data_of(problem);
    const Task task = {{&problem, precision, seed, 4, count}, &sentences};
    m.train(task, from, times, [on](const Task& all) {
        return on == On::cuda ? run_on_cuda(all, {0}) : run_on_cpu(all, {2, best_cpu_isa()});
    });
    return m;
}

Problem short_problem(Head head) {
    Problem problem = support::sequence_problem(head);
    problem.steps = 4;
    problem.optimizer.gradient_clip = 0.5;
    problem.word_dropout = 0.3;
    return problem;
}

void expect_equal_bits(const Problem& problem) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const Members cpu = trained(problem, precision, On::cpu);
        EXPECT_TRUE(cpu == trained(problem, precision, On::cuda));
        EXPECT_FALSE(cpu == trained(problem, precision, On::cuda, 8));  // twin: another seed
    }
}

TEST(SequenceParity, MembersAgreeToTheBit) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const Head head : {Head::linear, Head::brenier}) expect_equal_bits(short_problem(head));
}

TEST(SequenceParity, FreshSentencesAgreeToTheBit) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    Problem problem = short_problem(Head::linear);
    const SyntheticSource source = support::source_for(problem);
    problem.fresh = source.view();
    expect_equal_bits(problem);
}

TEST(SequenceParity, TrainingsGoOnWhereTheyWere) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const Problem whole = short_problem(Head::linear);
    Problem half = whole;
    half.steps = 2;
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const Members cpu = trained(whole, precision, On::cpu);
        Members begun = trained(half, precision, On::cuda);
        EXPECT_FALSE(begun == cpu);  // twin
        EXPECT_TRUE(trained(whole, precision, On::cuda, 7, &begun) == cpu);
    }
}

TEST(SequenceParity, MonitorsOnTheWayAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const Problem problem = short_problem(Head::linear);
    const std::vector<std::uint64_t> times = {0, 2, 3, 4};
    EXPECT_TRUE(trained(problem, Precision::double_precision, On::cpu, 7, nullptr, times) ==
                trained(problem, Precision::double_precision, On::cuda, 7, nullptr, times));
}

}  // namespace
}  // namespace modecollapse::sequence
