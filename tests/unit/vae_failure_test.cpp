// Which trainings of VAEs have failed: those that end worse than they began, on their own data.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/vae/ensemble.hpp"
#include "tests/support/trained_members.hpp"
#include "tests/support/vae_problems.hpp"

namespace modecollapse::vae {
namespace {

using Members = support::TrainedMembers<Monitor>;

// Members 0 .. count - 1 of seed 0, seen at the start and at the end.
Members trained(const Problem& problem, std::uint64_t count, Members* from = nullptr) {
    const std::vector<std::uint64_t> times = {0, problem.steps};
    Members members(count, layout_of(problem).count, from ? 0 : times.size());
    const Task task = {&problem, Precision::double_precision, 0, 0, count};
    members.train(task, from, from ? std::vector<std::uint64_t>() : times, [](const Task& all) {
        return run_on_cpu(all, {2, best_cpu_isa()});
    });
    return members;
}

int failures(const Members& members) {
    int count = 0;
    for (const std::uint8_t outcome : members.outcome) count += outcome == static_cast<int>(Outcome::failed);
    return count;
}

// By descent in steps that are sane at 1e-3, and far too large at 10.
Problem descending(double learning_rate) {
    Problem problem = problem_of(Decoder::brenier);
    problem.inverse_lipschitz = {};
    problem.optimizer.optimizer = Optimizer::sgd;
    problem.optimizer.learning_rate = learning_rate;
    return problem;
}

TEST(VaeFailure, ATrainingThatHasDivergedHasFailedThoughItIsFinite) {
    const Problem problem = descending(10.0);
    const Members members = trained(problem, 4);
    int finite = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Monitor &start = members.path[2 * i], &end = members.path[2 * i + 1];
        if (members.failed[i] || !is_number(end.elbo)) continue;
        ++finite;
        EXPECT_LT(end.elbo, start.elbo - 1e3);
        EXPECT_NE(outcome_of(problem, end), Outcome::failed);  // twin: its end alone does not tell
        EXPECT_FALSE(is_number(members.monitors[i].elbo));
    }
    EXPECT_GT(finite, 0);
    EXPECT_EQ(failures(members), 4);
    EXPECT_EQ(failures(trained(descending(1e-3), 4)), 0);  // twin: a sane one
}

TEST(VaeFailure, ObjectivesAreTheLossesOfTheFirstBatch) {
    for (const Decoder decoder : {Decoder::mlp, Decoder::brenier, Decoder::linear}) {
        Problem problem = problem_of(decoder, Likelihood::gaussian, Spread::trained, 3);
        problem.held_out = problem.batch;
        const Members members = trained(problem, 1);
        std::vector<double> start(members.parameters), ignored(start.size());
        start_of(problem, 0, 0, "baseline", start.data());
        const auto loss = [&](const std::vector<double>& parameters) {
            return gradient_at(problem, parameters.data(), nullptr, 0, "baseline", ignored.data());
        };
        EXPECT_NEAR(members.monitors[0].objective.last, loss(members.parameters), 1e-12);
        EXPECT_NEAR(members.monitors[0].start_objective.last, loss(start), 1e-12);
        EXPECT_LT(loss(members.parameters), loss(start) - 1e-3);
    }
}

TEST(VaeFailure, OneStepOnOneDatumIsNoFailure) {
    Problem problem = problem_of(Decoder::mlp);
    problem.batch = problem.steps = 1;
    const Members members = trained(problem, 50);
    int worse = 0;
    for (std::size_t i = 0; i < 50; ++i) worse += members.path[2 * i + 1].elbo < members.path[2 * i].elbo;
    EXPECT_GT(worse, 0);  // twin: on held-out data some are
    EXPECT_EQ(failures(members), 0);
}

TEST(VaeFailure, WhatIsLearntByHeartHasNotFailed) {
    Problem problem = problem_of(Decoder::mlp, Likelihood::gaussian, Spread::trained);
    problem.data.size = 3;
    problem.steps = 2000;
    problem.optimizer.learning_rate = 0.01;
    problem.exact_data = 0;
    problem.kl_weight.end = 0.1;
    const Members members = trained(problem, 2);
    EXPECT_LT(members.path[1].elbo, members.path[0].elbo);  // twin: on held-out data it has
    EXPECT_EQ(failures(members), 0);
}

// Data that a start tells well, and a constant that keeps a decoder from it.
TEST(VaeFailure, AConstraintThatGrowsIsNoFailure) {
    for (const Decoder decoder : {Decoder::linear, Decoder::brenier}) {
        Problem problem = problem_of(decoder);
        problem.data = {DataLaw::linear, 0.1, 0.1, 1, 0};
        problem.inverse_lipschitz = {5.0, 5.0, 0.0, 100.0};
        problem.steps = 200;
        const Members members = trained(problem, 4);
        EXPECT_LT(members.path[1].elbo, members.path[0].elbo);  // twin: with the constant of its start it has
        EXPECT_EQ(failures(members), 0);
    }
}

// A weight that grows faster than the encoder follows, and one that falls.
TEST(VaeFailure, AWeightThatChangesIsNoFailure) {
    for (const KlWeight& weight :
         {KlWeight{KlAnnealing::geometric, 20.0, 1e-3, 1000.0}, KlWeight{KlAnnealing::linear, 0.01, 20.0, 500.0}}) {
        Problem problem = problem_of(Decoder::linear);
        problem.data = {DataLaw::linear, 1.0, 0.1, 1, 0};
        problem.encoder.depth = 0;
        problem.kl_weight = weight;
        problem.steps = 1000;
        problem.optimizer.learning_rate = weight.end > 1.0 ? 0.003 : 0.02;
        problem.optimizer.schedule = weight.end > 1.0 ? RateSchedule::cosine : RateSchedule::constant;
        const Members members = trained(problem, 4);
        const double beta = weight.end > 1.0 ? weight.end : mean_kl_weight(weight, problem.steps);
        int worse = 0;  // twin: under one of the weights some are
        for (std::size_t i = 0; i < 4; ++i) {
            const Monitor &start = members.path[2 * i], &end = members.path[2 * i + 1];
            worse += beta * end.kl - end.reconstruction > beta * start.kl - start.reconstruction;
        }
        EXPECT_GT(worse, 0) << weight.end;
        EXPECT_EQ(failures(members), 0) << weight.end;
    }
}

// Starts at a large constant are bad, at that of the end they are not, and the decoder comes from the large one.
TEST(VaeFailure, AConstantThatFallsIsNoFailure) {
    Problem problem = problem_of(Decoder::linear);
    problem.encoder.depth = 0;
    problem.data = {DataLaw::linear, 1.0, 0.3, 1, 0};
    problem.inverse_lipschitz = {0.5, 0.5, 5.0, 100.0};
    problem.steps = 200;
    const Members members = trained(problem, 4);
    EXPECT_EQ(failures(members), 0);
    Problem fixed = problem;  // twin: the start at the constant of the end is better than the end
    fixed.inverse_lipschitz = {0.5, 0.5, 0.0, 0.0};
    const Members at_end = trained(fixed, 4);
    int worse = 0;
    for (std::size_t i = 0; i < 4; ++i) worse += members.path[2 * i + 1].elbo < at_end.path[2 * i].elbo;
    EXPECT_GT(worse, 0);
}

TEST(VaeFailure, TheMeanWeightIsThatOfTheSteps) {
    EXPECT_EQ(mean_kl_weight({KlAnnealing::constant, 0.3, 5.0, 10.0}, 7), 0.3);
    EXPECT_NEAR(mean_kl_weight({KlAnnealing::linear, 4.0, 0.0, 100.0}, 100), 2.0, 1e-6);
    EXPECT_NEAR(mean_kl_weight({KlAnnealing::linear, 4.0, 0.0, 100.0}, 200), 3.0, 1e-6);
    EXPECT_NEAR(mean_kl_weight({KlAnnealing::geometric, 4.0, 1e-3, 100.0}, 100), 3.999 / std::log(4e3), 1e-5);
    EXPECT_NEAR(mean_kl_weight({KlAnnealing::cyclical, 1.0, 0.0, 50.0, 0.5}, 200), 0.75, 2e-3);
}

TEST(VaeFailure, IsTheSameOfATrainingThatGoesOn) {
    for (const double rate : {1e-3, 10.0}) {
        const Problem whole = descending(rate);
        Problem half = whole;
        half.steps = 7;
        Members begun = trained(half, 4), once = trained(whole, 4);
        once.path.clear();
        EXPECT_TRUE(trained(whole, 4, &begun) == once);
    }
}

}  // namespace
}  // namespace modecollapse::vae
