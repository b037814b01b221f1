// Which trainings of sequence VAEs have failed: those that end worse than they began, on their own sentences.
#include <gtest/gtest.h>

#include <vector>

#include "kernels/sequence/ensemble.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/sequence_problems.hpp"
#include "tests/support/trained_members.hpp"

namespace modecollapse::sequence {
namespace {

using Members = support::TrainedMembers<Monitor>;
using support::sequence_problem;

// Members 0 .. count - 1 of seed 0, seen at the start and at the end.
Members trained(const Problem& problem, const TokenData& data, std::uint64_t count) {
    Members members(count, layout_of(problem).count, 2);
    const Task task = {{&problem, Precision::double_precision, 0, 0, count}, &data};
    members.train(task, nullptr, {0, problem.steps}, [](const Task& all) {
        return run_on_cpu(all, {2, best_cpu_isa()});
    });
    return members;
}

int failures(const Members& members) {
    int count = 0;
    for (const std::uint8_t outcome : members.outcome) count += outcome == static_cast<int>(vae::Outcome::failed);
    return count;
}

Problem descending(double learning_rate) {
    Problem problem = sequence_problem(Head::linear);
    problem.optimizer.optimizer = Optimizer::sgd;
    problem.optimizer.learning_rate = learning_rate;
    problem.optimizer.gradient_clip = 1.0;
    return problem;
}

const support::Sentences held_out(70, 13, 7, 2);

TEST(SequenceFailure, ATrainingThatHasDivergedHasFailedThoughItIsFinite) {
    const support::Sentences training(80, 13, 7, 1);
    const TokenData data = {training.table(), held_out.table()};
    Problem problem = descending(30.0);
    const SyntheticSource source = support::source_for(problem);
    for (const bool fresh : {false, true}) {
        if (fresh) problem.fresh = source.view();
        const Members members = trained(problem, data, 4);
        for (std::size_t i = 0; i < 4; ++i) {
            const Monitor &start = members.path[2 * i], &end = members.path[2 * i + 1];
            EXPECT_EQ(members.failed[i], 0);
            EXPECT_LT(end.elbo, start.elbo - 100.0);
            EXPECT_NE(outcome_of(problem, end), vae::Outcome::failed);  // twin: its end alone does not tell
        }
        EXPECT_EQ(failures(members), 4);
    }
    Problem sane = descending(1e-2);
    EXPECT_EQ(failures(trained(sane, data, 4)), 0);
    sane.fresh = source.view();
    EXPECT_EQ(failures(trained(sane, data, 4)), 0);
}

TEST(SequenceFailure, ObjectivesAreTheLossesOfTheFirstBatch) {
    const support::Sentences training(80, 13, 7, 1);
    const TokenData data = {training.table(), held_out.table()};
    for (const Head head : {Head::linear, Head::brenier}) {
        const Problem problem = sequence_problem(head);  // a batch of 70
        const Members members = trained(problem, data, 1);
        std::vector<double> start(members.parameters), ignored(start.size());
        start_of(problem, 0, 0, "baseline", start.data());
        const auto loss = [&](const std::vector<double>& parameters) {
            return gradient_at(problem, data, parameters.data(), nullptr, 0, "baseline", ignored.data());
        };
        EXPECT_NEAR(members.monitors[0].objective.last, loss(members.parameters), 1e-12);
        EXPECT_NEAR(members.monitors[0].start_objective.last, loss(start), 1e-12);
        EXPECT_LT(loss(members.parameters), loss(start) - 1e-3);
    }
}

TEST(SequenceFailure, WhatIsLearntByHeartHasNotFailed) {
    const support::Sentences few(3, 13, 7, 1);
    Problem problem = sequence_problem(Head::linear);
    problem.steps = 400;
    problem.optimizer.learning_rate = 0.02;
    problem.exact_data = 0;
    const Members members = trained(problem, {few.table(), held_out.table()}, 2);
    EXPECT_LT(members.path[1].elbo, members.path[0].elbo - 1.0);  // twin: on held-out sentences it has
    EXPECT_EQ(failures(members), 0);
}

}  // namespace
}  // namespace modecollapse::sequence
