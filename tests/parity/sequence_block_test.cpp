// The body of the CUDA kernels of sequence VAEs, run on the CPU by teams of threads, against the CPU backend: the same bits.
#include <gtest/gtest.h>

#include "kernels/sequence/ensemble.hpp"
#include "kernels/sequence/member.hpp"
#include "kernels/training/block_descent.hpp"
#include "kernels/training/sample_normals.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/aligned_storage.hpp"
#include "tests/support/bits_of_teams.hpp"
#include "tests/support/normal_numbers.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/sequence_problems.hpp"
#include "tests/support/thread_team.hpp"

namespace modecollapse::sequence {
namespace {

using support::ThreadTeam;

constexpr std::uint64_t held_out = 90, latents = 130, row = 5;
const support::Sentences training_sentences(80, 13, 7, 1), held_out_sentences(held_out, 13, 7, 2);
const TokenData data = {training_sentences.table(), held_out_sentences.table()};

// The parameters after all steps, what the encoder makes of the held-out sentences, one of them at latents, and sentences at them.
struct Trained {
    std::vector<double> parameters, mean, misfit, kl, log_likelihood, score;
    std::vector<std::int32_t> tokens;

    explicit Trained(const Problem& problem)
        : parameters(layout_of(problem).count),
          mean(held_out * problem.latent),
          misfit(held_out),
          kl(held_out),
          log_likelihood(latents),
          score(latents * problem.latent),
          tokens(latents * problem.most_tokens) {}
    Evaluation evaluation() { return {mean.data(), nullptr, nullptr, kl.data(), misfit.data()}; }
    bool operator==(const Trained& other) const {
        return parameters == other.parameters && mean == other.mean && misfit == other.misfit && kl == other.kl &&
               log_likelihood == other.log_likelihood && score == other.score && tokens == other.tokens;
    }
};

// The prior's first draws of member `id`.
std::vector<double> latents_of(const Problem& problem, std::uint64_t id, std::vector<std::int32_t>& tokens,
                               const Trained& trained, Precision precision) {
    std::vector<double> z(latents * problem.latent);
    sample_prior({&problem, precision, 9, id, problem.steps, trained.parameters.data()}, best_cpu_isa(), 0, latents,
                 z.data(), tokens.data());
    return z;
}

Trained by_cpu(const Problem& problem, Precision precision) {
    Trained result(problem);
    std::vector<double> first(result.parameters.size()), second(result.parameters.size());
    std::uint64_t steps = 0;
    std::uint8_t failed = 0;
    const TrainingStates states = {result.parameters.data(), first.data(), second.data(), &steps, &failed};
    Task task = {{&problem, precision, 9, 4, 1}, &data};
    task.to = &states;
    EXPECT_TRUE(run_on_cpu(task, {1, best_cpu_isa()}));
    EXPECT_EQ(steps, problem.steps);
    const TrainedMember member = {&problem, precision, 9, 4, problem.steps, result.parameters.data()};
    encode(member, data.held_out, best_cpu_isa(), result.evaluation());
    const std::vector<double> z = latents_of(problem, 4, result.tokens, result, precision);
    weigh(member, data.held_out, row, z.data(), latents, best_cpu_isa(), result.log_likelihood.data(),
          result.score.data());
    return result;
}

template <class T>
Trained by_team(const Problem& problem, Precision precision, std::uint64_t id, int threads) {
    using Layers = BlockLayers<T, ThreadTeam>;
    using Normals = SampleNormals<Layers, Random123Words>;
    const support::AlignedStorage storage(memory_of<T>(problem, nullptr).bytes);
    Memory<T> memory = memory_of<T>(problem, storage.data());
    read_in_place(problem, layout_of(problem), memory);
    Trained result(problem);
    std::vector<std::int32_t> ignored(result.tokens.size());
    const std::vector<double> z = latents_of(problem, id, ignored, result, precision);
    support::as_team(threads, [&](const ThreadTeam& team) {
        Member<Layers, Normals, Random123Words> member(problem, memory, 9, id, Layers(memory.transposed, team),
                                                       Normals({}, 9, id), {});
        draw_start(problem, Random123Words(), 9, id, memory.parameters, team.index(), team.size());
        team.sync();
        EXPECT_TRUE(member.train(0, problem.steps, data.training).finite);
        for (std::uint64_t first = 0; first < 2; ++first) {
            member.template evaluate<DataRead::held_out>(problem.steps, data.held_out, data.held_out.sentences,
                                                         result.evaluation(), {first, 2});
            member.weigh(problem.steps, data.held_out, row, z.data(), latents, result.log_likelihood.data(),
                         result.score.data(), {first, 2});
        }
        member.draw(problem.steps, 0, z.data(), latents, result.tokens.data());
    });
    result.parameters.assign(memory.parameters, memory.parameters + result.parameters.size());
    return result;
}

void expect_equal_bits(Problem problem) {
    problem.steps = 2;
    problem.optimizer.gradient_clip = 0.5;
    support::expect_bits_of_cpu([&](Precision precision) { return by_cpu(problem, precision); },
                                [&](auto number, Precision precision, std::uint64_t id, int threads) {
                                    return by_team<decltype(number)>(problem, precision, id, threads);
                                });
}

TEST(SequenceBlock, HasTheBitsOfTheCpuBackend) {
    for (const Head head : {Head::linear, Head::brenier}) {
        Problem problem = support::sequence_problem(head);
        expect_equal_bits(problem);
        problem.batch = 20;  // places of one sentence in one chunk
        problem.word_dropout = 0.3;
        expect_equal_bits(problem);
    }
}

TEST(SequenceBlock, HasItsFreshSentencesToo) {
    Problem problem = support::sequence_problem(Head::linear);
    const SyntheticSource source = support::source_for(problem);
    problem.fresh = source.view();
    expect_equal_bits(problem);
}

}  // namespace
}  // namespace modecollapse::sequence
