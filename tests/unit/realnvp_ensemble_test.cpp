// Ensembles of RealNVP trainings: a member is a function of its id, breaks and restarts leave no trace, failures are
// counted, stops are obeyed.
#include <gtest/gtest.h>

#include "tests/support/realnvp_members.hpp"
#include "tests/support/stop_time.hpp"

namespace modecollapse {
namespace {

using support::flow_target;

RealnvpProblem tiny_problem(double learning_rate = 0.01) {
    Training training;
    training.shape = {2, 2, 8, 1};
    training.batch = 30;
    training.steps = 25;
    training.evaluation_samples = 500;
    training.optimizer.learning_rate = learning_rate;
    training.optimizer.schedule = RateSchedule::cosine;
    training.optimizer.gradient_clip = 1.0;
    Problem target = flow_target(2.0, 0.4);
    target.annealing = {Schedule::exponential_temperature, 4.0, 5.0};
    return realnvp_problem(target, training);
}

// Members in memory.
struct Store {
    std::vector<double> parameters, first, second;
    std::vector<std::uint64_t> steps;
    std::vector<std::uint8_t> failed;
    TrainingStates states;

    Store(const RealnvpProblem& problem, std::size_t members) {
        const std::size_t n = parameter_count(problem.shape);
        for (auto* array : {&parameters, &first, &second}) array->resize(members * n);
        steps.resize(members);
        failed.resize(members);
        states = {parameters.data(), first.data(), second.data(), steps.data(), failed.data()};
    }
    bool operator==(const Store& other) const {
        return parameters == other.parameters && first == other.first && second == other.second &&
               steps == other.steps && failed == other.failed;
    }
};

struct Trained {
    Store store;
    std::vector<RealnvpMonitor> monitors;
    RealnvpCounts counts = {};
};

Trained run(const RealnvpProblem& problem, Precision precision, int threads, std::uint64_t members,
            std::uint64_t chunk) {
    Trained result{Store(problem, members), std::vector<RealnvpMonitor>(members)};
    const std::size_t n = parameter_count(problem.shape);
    for (std::uint64_t first = 0; first < members; first += chunk) {
        const TrainingStates& all = result.store.states;
        const TrainingStates part = {all.parameters + first * n, all.first_moment + first * n,
                                     all.second_moment + first * n, all.steps + first, all.failed + first};
        RealnvpTask task = {&problem, precision, 7, first, std::min(chunk, members - first), problem.steps};
        task.to = &part;
        task.record.monitor = result.monitors.data() + first;
        const RealnvpCounts counts = run_realnvp_on_cpu(task, {threads, best_cpu_isa()});
        for (int i = 0; i < realnvp_outcome_count; ++i) result.counts.count[i] += counts.count[i];
        result.counts.steps += counts.steps;
    }
    return result;
}

TEST(RealnvpEnsemble, MembersDoNotDependOnThreadsOrChunks) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const RealnvpProblem problem = tiny_problem();
        const Trained expected = run(problem, precision, 1, 9, 9);
        EXPECT_EQ(expected.counts.steps, 9 * 25);
        for (const int threads : {1, 2, 3, 7})
            for (const std::uint64_t chunk : {1, 3, 9}) {
                const Trained other = run(problem, precision, threads, 9, chunk);
                EXPECT_TRUE(other.store == expected.store) << threads << " threads, chunks of " << chunk;
                EXPECT_EQ(0, std::memcmp(other.monitors.data(), expected.monitors.data(), 9 * sizeof(RealnvpMonitor)));
                for (int i = 0; i < realnvp_outcome_count; ++i)
                    EXPECT_EQ(other.counts.count[i], expected.counts.count[i]);
            }
    }
}

TEST(RealnvpEnsemble, AResumedTrainingEndsOnTheSameBits) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const RealnvpProblem problem = tiny_problem();
        const Trained expected = run(problem, precision, 2, 4, 4);
        Store half(problem, 4), whole(problem, 4);
        RealnvpTask task = {&problem, precision, 7, 0, 4, 11};
        task.to = &half.states;
        run_realnvp_on_cpu(task, {2, best_cpu_isa()});
        EXPECT_EQ(half.steps, std::vector<std::uint64_t>(4, 11));
        task.until = problem.steps;
        task.from = &half.states;
        task.to = &whole.states;
        run_realnvp_on_cpu(task, {1, best_cpu_isa()});
        EXPECT_TRUE(whole == expected.store);
        half.second[3] += 1e-9;  // twin: the moments matter
        run_realnvp_on_cpu(task, {1, best_cpu_isa()});
        EXPECT_FALSE(whole == expected.store);
    }
}

TEST(RealnvpEnsemble, LookingDoesNotDisturb) {
    const RealnvpProblem problem = tiny_problem();
    const Trained expected = run(problem, Precision::double_precision, 1, 2, 2);
    const std::vector<std::uint64_t> steps = {0, 7, 25};
    std::vector<RealnvpMonitor> monitors(2 * steps.size());
    Store store(problem, 2);
    RealnvpTask task = {&problem, Precision::double_precision, 7, 0, 2, problem.steps};
    task.to = &store.states;
    task.path = {steps.data(), steps.size(), monitors.data()};
    task.target_samples = 400;
    run_realnvp_on_cpu(task, {2, best_cpu_isa()});
    EXPECT_TRUE(store == expected.store);
    EXPECT_EQ(monitors[2].reverse_kl, expected.monitors[0].reverse_kl);
    EXPECT_EQ(monitors[5].mass_plus, expected.monitors[1].mass_plus);
    EXPECT_LT(monitors[2].reverse_kl, monitors[0].reverse_kl);
    EXPECT_GT(monitors[2].forward_kl, 0.0);
}

TEST(RealnvpEnsemble, NonFiniteStepsEndAMemberAsFailed) {
    Training training;
    training.shape = {2, 2, 8, 1};
    training.steps = 50;
    training.optimizer.optimizer = Optimizer::sgd;
    training.optimizer.learning_rate = 1e6;
    const RealnvpProblem problem = realnvp_problem(flow_target(2.0, 0.4), training);
    std::vector<std::uint64_t> steps(5);
    RealnvpTask task = {&problem, Precision::single_precision, 7, 0, 5, problem.steps};
    task.record.steps = steps.data();
    const RealnvpCounts counts = run_realnvp_on_cpu(task, {2, best_cpu_isa()});
    EXPECT_EQ(counts.count[static_cast<int>(RealnvpOutcome::failed)], 5);
    for (const std::uint64_t made : steps) EXPECT_LT(made, 50u);
}

// Steps of 5 with Adam leave finite parameters of a flow far from everything. Going on from a state that was saved half
// way, the member's own start is compared with all the same.
TEST(RealnvpEnsemble, DivergedMembersHaveFailed) {
    Training training;
    training.shape = {4, 4, 16, 2};
    training.steps = 40;
    training.optimizer.learning_rate = 0.5;
    training.evaluation_samples = 1000;
    const RealnvpProblem problem = realnvp_problem(flow_target(2.0, 0.4), training);
    std::vector<RealnvpMonitor> monitors(6), path(12);
    std::vector<std::uint8_t> outcomes(6);
    const std::vector<std::uint64_t> steps = {0, 40};
    RealnvpTask task = {&problem, Precision::double_precision, 7, 0, 6, problem.steps};
    task.record = {outcomes.data(), nullptr, monitors.data()};
    task.path = {steps.data(), 2, path.data()};
    const RealnvpCounts counts = run_realnvp_on_cpu(task, {2, best_cpu_isa()});
    int above = 0;
    for (int i = 0; i < 6; ++i) {
        const bool worse = !(monitors[i].reverse_kl <= path[2 * i].reverse_kl);
        above += worse && std::isfinite(monitors[i].reverse_kl);
        EXPECT_TRUE(!worse || outcomes[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed)) << i;
    }
    EXPECT_GT(above, 0) << "none diverged to a finite state: the test proves nothing";
    Store half(problem, 6);
    RealnvpTask first = {&problem, Precision::double_precision, 7, 0, 6, 20};
    first.to = &half.states;
    run_realnvp_on_cpu(first, {2, best_cpu_isa()});
    RealnvpTask second = {&problem, Precision::double_precision, 7, 0, 6, problem.steps};
    second.from = &half.states;
    const RealnvpCounts again = run_realnvp_on_cpu(second, {2, best_cpu_isa()});
    for (int i = 0; i < realnvp_outcome_count; ++i) EXPECT_EQ(again.count[i], counts.count[i]);
}

TEST(RealnvpEnsemble, StopsWhenAsked) {
    Training training;
    training.steps = 1000000;
    const RealnvpProblem problem = realnvp_problem(flow_target(2.0, 0.4), training);
    BackendOptions cpu;
    cpu.backend = BackendChoice::cpu;
    cpu.threads = 2;
    const double seconds = support::seconds_to_stop([&] {
        train_members(problem, {Precision::single_precision, 7, 0, 3}, choose_backend(cpu));
    });
    EXPECT_LT(seconds, 5.0);  // the trainings would take minutes
}

}  // namespace
}  // namespace modecollapse
