// The body of the CUDA kernels of VAEs, run on the CPU by teams of threads, against the CPU backend: the same bits.
#include <gtest/gtest.h>

#include <cstring>

#include "kernels/training/block_descent.hpp"
#include "kernels/training/sample_normals.hpp"
#include "kernels/vae/ensemble.hpp"
#include "kernels/vae/member.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/aligned_storage.hpp"
#include "tests/support/bits_of_teams.hpp"
#include "tests/support/thread_team.hpp"
#include "tests/support/vae_problems.hpp"

namespace modecollapse::vae {
namespace {

using support::ThreadTeam;

// The parameters after all steps, and what the encoder makes of the held-out data.
struct Trained {
    std::vector<double> parameters, mean, misfit, kl;

    explicit Trained(const Problem& problem)
        : parameters(layout_of(problem).count),
          mean(problem.held_out * classes_of(problem) * problem.latent),
          misfit(problem.held_out),
          kl(problem.held_out) {}
    Evaluation evaluation() { return {mean.data(), nullptr, nullptr, kl.data(), nullptr, misfit.data()}; }
    bool operator==(const Trained& other) const {
        return parameters == other.parameters && mean == other.mean && misfit == other.misfit && kl == other.kl;
    }
};

Trained by_cpu(const Problem& problem, Precision precision) {
    Trained result(problem);
    std::vector<double> first(result.parameters.size()), second(result.parameters.size());
    std::uint64_t steps = 0;
    std::uint8_t failed = 0;
    const TrainingStates states = {result.parameters.data(), first.data(), second.data(), &steps, &failed};
    Task task = {&problem, precision, 9, 4, 1};
    task.to = &states;
    EXPECT_TRUE(run_on_cpu(task, {1, best_cpu_isa()}));
    EXPECT_EQ(steps, problem.steps);
    encode({&problem, precision, 9, 4, problem.steps, result.parameters.data()}, best_cpu_isa(), result.evaluation());
    return result;
}

template <class T>
Trained by_team(const Problem& problem, std::uint64_t id, int threads) {
    using Layers = BlockLayers<T, ThreadTeam>;
    using Normals = SampleNormals<Layers, Random123Words>;
    const support::AlignedStorage storage(memory_of<T>(problem, nullptr).bytes);
    Memory<T> memory = memory_of<T>(problem, storage.data());
    read_in_place(problem, layout_of(problem), memory);
    Trained result(problem);
    support::as_team(threads, [&](const ThreadTeam& team) {
        Member<Layers, Normals, Random123Words> member(problem, memory, 9, id, Layers(memory.transposed, team),
                                                       Normals({}, 9, id), {});
        draw_start(problem, Random123Words(), 9, id, memory.parameters, team.index(), team.size());
        team.sync();
        member.lift(0);
        EXPECT_TRUE(member.train(0, problem.steps).finite);
        for (std::uint64_t first = 0; first < 2; ++first)
            member.template evaluate<DataRead::held_out>(problem.steps, problem.held_out, result.evaluation(), nullptr,
                                                         {first, 2});
    });
    result.parameters.assign(memory.parameters, memory.parameters + result.parameters.size());
    return result;
}

void expect_equal_bits(Problem problem) {
    problem.batch = 150;  // two tiles, the second not whole
    problem.steps = 4;
    problem.held_out = 300;
    problem.optimizer.gradient_clip = 0.5;
    support::expect_bits_of_cpu([&](Precision precision) { return by_cpu(problem, precision); },
                                [&](auto number, Precision, std::uint64_t id, int threads) {
                                    return by_team<decltype(number)>(problem, id, threads);
                                });
}

TEST(VaeBlock, HasTheBitsOfTheCpuBackend) {
    for (const Decoder decoder : {Decoder::mlp, Decoder::brenier, Decoder::linear})
        for (const std::uint32_t clusters : {0u, 3u}) {
            SCOPED_TRACE(decoder_names[static_cast<int>(decoder)]);
            expect_equal_bits(problem_of(decoder, Likelihood::gaussian, Spread::trained, clusters));
        }
}

TEST(VaeBlock, HasItsDataToo) {
    Problem problem = problem_of(Decoder::mlp, Likelihood::bernoulli);
    problem.data.size = 40;
    expect_equal_bits(problem);
    const std::vector<double> directions = {0.6, 0.0, 0.8, -0.8, 0.0, 0.6};
    turn_signal(problem.data, directions.data());
    expect_equal_bits(problem);
    problem.data = {DataLaw::toy};
    expect_equal_bits(problem);
    problem.data = {DataLaw::pinwheel, 1.0};
    expect_equal_bits(problem);
    const std::vector<double> rows(300 * problem.dimension, 0.3);
    problem.data = {DataLaw::table};
    problem.data.points = problem.data.held_out_points = rows.data();
    problem.data.size = 300;
    problem.data.pixels = Pixels::sampled;
    expect_equal_bits(problem);
}

TEST(VaeBlock, LiftsManyDirections) {
    Problem problem = problem_of(Decoder::linear);
    problem.latent = 3;
    problem.encoder.outputs = code_rows(3, 0);
    problem.network.inputs = 3;
    problem.inverse_lipschitz.first = 1.5;
    expect_equal_bits(problem);
}

}  // namespace
}  // namespace modecollapse::vae
