// Proves: the result of trajectory i is a function of (problem, seed, i) alone: the same counts and the same records,
// to the last bit, for any threads, chunks, shards and instruction set, and for one trajectory by itself; and the
// readings of the end, finite time and limit, hold.
#include "host/mixture/ensemble.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t seed = 20241017;

// R = 1.5, w1 = w* = 2/3: all four classes occur at moderate d.
const MixtureSetup& example_setup() {
    static const MixtureSetup setup(support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), {});
    return setup;
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> result;
    for (const char* isa : {"avx512", "avx2", "baseline"})
        if (cpu_supports(isa)) result.emplace_back(isa);
    return result;
}

Backend two_threads() {
    BackendOptions options;
    options.backend = BackendChoice::cpu;
    options.threads = 2;
    return choose_backend(options);
}

struct Ensemble {
    explicit Ensemble(std::uint64_t count) : records(count) {}
    OutcomeCounts counts = {};
    support::Records records;
};

// A run of `count` trajectories from `first` in calls of at most `chunk`.
Ensemble run(const GradientFlowPayload& problem, double dimension, std::uint64_t first, std::uint64_t count,
             const CpuOptions& options, std::uint64_t chunk = ~0ull,
             Precision precision = Precision::double_precision) {
    Ensemble result(count);
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t part = std::min(chunk, count - done);
        result.counts += run_trajectories_on_cpu(
            {&problem, precision, seed, dimension, first + done, part, nullptr, result.records.pointers_from(done)},
            options);
        done += part;
    }
    return result;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool identical(const Ensemble& a, const Ensemble& b) {
    return std::equal(a.counts.count, a.counts.count + outcome_count, b.counts.count) &&
           a.counts.attempts == b.counts.attempts && a.records.outcome == b.records.outcome &&
           same_bits(a.records.m1, b.records.m1) && same_bits(a.records.m2, b.records.m2) &&
           same_bits(a.records.u, b.records.u) && same_bits(a.records.time, b.records.time) &&
           a.counts.quasi == b.counts.quasi && same_bits(a.records.weight, b.records.weight) &&
           same_bits(a.records.aligned, b.records.aligned);
}

class EnsembleAt : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, EnsembleAt, testing::Values(2.0, 3.0, 50.0, 1e9));

TEST_P(EnsembleAt, ThreadsDoNotMatter) {
    const GradientFlowPayload problem = example_setup().for_dimension(GetParam());
    const Ensemble reference = run(problem, GetParam(), 0, 5000, {1, "baseline"});
    for (const int threads : {2, 3, 7, 16})
        EXPECT_TRUE(identical(reference, run(problem, GetParam(), 0, 5000, {threads, "baseline"}))) << threads;
    EXPECT_FALSE(identical(reference, run(problem, GetParam(), 1, 5000, {2, "baseline"})));  // twin: ids shifted by one
}

TEST_P(EnsembleAt, InstructionSetsDoNotMatter) {
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        MixtureSettings settings;
        settings.precision = precision;
        settings.tolerance = smallest_single_tolerance;
        const GradientFlowPayload problem =
            MixtureSetup(support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), settings).for_dimension(GetParam());
        const Ensemble reference = run(problem, GetParam(), 0, 5000, {2, "baseline"}, ~0ull, precision);
        for (const std::string& isa : instruction_sets())
            EXPECT_TRUE(identical(reference, run(problem, GetParam(), 0, 5000, {2, isa.c_str()}, ~0ull, precision)))
                << isa;
        GradientFlowPayload wrong = problem;  // twin: a pull off by a few ulps
        wrong.flow.weight1 *= precision == Precision::double_precision ? 1.0 + 1e-15 : 1.0 + 3e-7;
        EXPECT_FALSE(identical(reference, run(wrong, GetParam(), 0, 5000, {2, "baseline"}, ~0ull, precision)));
    }
}

TEST_P(EnsembleAt, ChunksDoNotMatter) {
    const GradientFlowPayload problem = example_setup().for_dimension(GetParam());
    const Ensemble reference = run(problem, GetParam(), 0, 2000, {2, best_cpu_isa()});
    for (const std::uint64_t chunk : {1, 37, 1024})
        EXPECT_TRUE(identical(reference, run(problem, GetParam(), 0, 2000, {2, best_cpu_isa()}, chunk))) << chunk;
}

TEST_P(EnsembleAt, ShardsAddUp) {
    const GradientFlowPayload problem = example_setup().for_dimension(GetParam());
    const Ensemble reference = run(problem, GetParam(), 0, 3000, {2, best_cpu_isa()});
    for (const std::uint64_t shards : {1, 2, 5}) {
        OutcomeCounts total = {};
        for (std::uint64_t shard = 0; shard < shards; ++shard) {
            const std::uint64_t begin = 3000 * shard / shards, end = 3000 * (shard + 1) / shards;
            total += run(problem, GetParam(), begin, end - begin, {1, best_cpu_isa()}).counts;
        }
        EXPECT_TRUE(std::equal(total.count, total.count + outcome_count, reference.counts.count)) << shards;
        EXPECT_EQ(total.attempts, reference.counts.attempts);
    }
}

TEST_P(EnsembleAt, OneTrajectoryAloneIsTheSame) {
    const GradientFlowPayload problem = example_setup().for_dimension(GetParam());
    const std::uint64_t first = (1ull << 40) + 5;  // beyond 32 bits
    const Ensemble reference = run(problem, GetParam(), first, 1000, {2, best_cpu_isa()});
    for (std::uint64_t i = 0; i < 1000; i += 111) {
        // by the ensemble, and by the plain scalar functions
        const Ensemble alone = run(problem, GetParam(), first + i, 1, {1, "baseline"});
        const TrajectoryStepper<double> stepper(problem);
        const State start = support::start_of(first + i, seed, GetParam());
        Trajectory<double> trajectory = stepper.start(start);
        double end = stepper.held(start);
        while (end == TrappingSet::none) end = stepper.advance(trajectory).end;
        EXPECT_EQ(alone.records.outcome[0], reference.records.outcome[i]);
        EXPECT_EQ(TrajectoryStepper<double>::classify(problem, trajectory.state, end),
                  static_cast<Outcome>(reference.records.outcome[i]));
        for (const State& state : {alone.records.state(0), trajectory.state}) {
            EXPECT_EQ(state.m1, reference.records.m1[i]);
            EXPECT_EQ(state.m2, reference.records.m2[i]);
            EXPECT_EQ(state.u, reference.records.u[i]);
        }
        EXPECT_EQ(trajectory.time, reference.records.time[i]);
    }
    // twin: the id cut to 32 bits is another trajectory
    EXPECT_NE(run(problem, GetParam(), 5, 1, {1, "baseline"}).records.m1[0], reference.records.m1[0]);
}

TEST_P(EnsembleAt, CountsAreThoseOfTheRecordsAndSumToTheTrajectories) {
    const GradientFlowPayload problem = example_setup().for_dimension(GetParam());
    const Ensemble ensemble = run(problem, GetParam(), 0, 4321, {2, best_cpu_isa()});
    EXPECT_EQ(total_of(ensemble.counts), 4321);
    OutcomeCounts recorded = {};
    for (const std::uint8_t outcome : ensemble.records.outcome) ++recorded.count[outcome];
    EXPECT_TRUE(std::equal(recorded.count, recorded.count + outcome_count, ensemble.counts.count));
    EXPECT_EQ(collapsed_of(ensemble.counts), recorded.count[0] + recorded.count[1] + recorded.count[2]);
}

// Every geometry and schedule, all at once in one test each: threads, chunks, instruction sets and precisions.
struct GeneralCase {
    const char* name;
    WeightGeometry weights;
    Annealing annealing;
};

class GeneralEnsemble : public testing::TestWithParam<GeneralCase> {};

INSTANTIATE_TEST_SUITE_P(
    Kinds, GeneralEnsemble,
    testing::Values(GeneralCase{"softmax", WeightGeometry::softmax, {}},
                    GeneralCase{"simplex", WeightGeometry::simplex, {}},
                    GeneralCase{"fisher_rao", WeightGeometry::fisher_rao, {}},
                    GeneralCase{"annealed", WeightGeometry::fixed, {Schedule::exponential_temperature, 5.0, 2.0}},
                    GeneralCase{"geometric_simplex", WeightGeometry::simplex, {Schedule::geometric, 3.0, 4.0}}),
    [](const auto& info) { return info.param.name; });

TEST_P(GeneralEnsemble, NothingButTheIdMatters) {
    Problem problem = support::problem_of(2.2, 2.0 / 3.0, 0.5);
    problem.weights = GetParam().weights;
    problem.annealing = GetParam().annealing;
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        MixtureSettings settings;
        settings.precision = precision;
        settings.tolerance = smallest_single_tolerance;
        settings.horizon = 50.0;
        const MixtureSetup setup(problem, settings);
        const GradientFlowPayload payload = setup.for_dimension(10.0);
        ASSERT_EQ(kind_of(payload), FieldProgram::general);
        const Ensemble reference = run(payload, 10.0, 0, 150, {1, "baseline"}, ~0ull, precision);
        EXPECT_EQ(total_of(reference.counts), 150);
        EXPECT_EQ(reference.counts.count[static_cast<int>(Outcome::failed)], 0);
        for (const std::string& isa : instruction_sets())
            EXPECT_TRUE(identical(reference, run(payload, 10.0, 0, 150, {2, isa.c_str()}, ~0ull, precision))) << isa;
        for (const int threads : {3, 7, 16})
            EXPECT_TRUE(identical(reference, run(payload, 10.0, 0, 150, {threads, best_cpu_isa()}, ~0ull, precision)))
                << threads;
        for (const std::uint64_t chunk : {1, 37})
            EXPECT_TRUE(identical(reference, run(payload, 10.0, 0, 150, {2, best_cpu_isa()}, chunk, precision)))
                << chunk;
        GradientFlowPayload wrong =
            payload;  // twin: a start off by a few ulps; without trainable weights a schedule off by as much
        wrong.start_weight += 1e-5;
        wrong.annealing.time *= 1.0 + 1e-5;
        EXPECT_FALSE(identical(reference, run(wrong, 10.0, 0, 150, {2, best_cpu_isa()}, ~0ull, precision)));
    }
}

TEST(Ensemble, NoTrajectoriesGiveNoCounts) {
    const GradientFlowPayload problem = example_setup().for_dimension(10.0);
    EXPECT_EQ(total_of(run_trajectories_on_cpu({&problem, Precision::double_precision, seed, 10.0, 0, 0, nullptr, {}},
                                               {2, best_cpu_isa()})),
              0);
}

TEST(Ensemble, RunEnsembleIsTheSameRunInChunks) {
    EnsembleRequest request;
    request.dimension = 50.0;
    request.seed = seed;
    request.first = 17;
    request.trajectories = 3000;
    std::uint64_t reported = 0;
    RunControl control;
    control.progress = [&](std::uint64_t done) { reported = done; };
    const OutcomeCounts counts = run_ensemble(example_setup(), request, two_threads(), control);
    const Ensemble reference = run(example_setup().for_dimension(50.0), 50.0, 17, 3000, {1, "baseline"});
    EXPECT_TRUE(std::equal(counts.count, counts.count + outcome_count, reference.counts.count));
    EXPECT_EQ(reported, 3000u);
    request.first = 18;  // twin
    const OutcomeCounts shifted = run_ensemble(example_setup(), request, two_threads());
    EXPECT_NE(shifted.attempts, counts.attempts);
}

TEST(Ensemble, GivenStartsReplaceTheInitialLaw) {
    std::vector<State> starts;
    for (std::uint64_t id = 0; id < 500; ++id) starts.push_back(support::start_of(id, seed, 20.0));
    support::Records records(starts.size());
    run_from_starts(example_setup(), 20.0, starts.data(), starts.size(), records.pointers(), two_threads());
    const Ensemble drawn = run(example_setup().for_dimension(20.0), 20.0, 0, 500, {1, "baseline"});
    EXPECT_EQ(records.outcome, drawn.records.outcome);
    EXPECT_TRUE(same_bits(records.m1, drawn.records.m1));
}

TEST(Ensemble, AnUnknownInstructionSetIsRefused) {
    const GradientFlowPayload problem = example_setup().for_dimension(10.0);
    EXPECT_THROW(run(problem, 10.0, 0, 1, {1, "avx1024"}), std::invalid_argument);
    EXPECT_TRUE(cpu_supports("baseline"));
    EXPECT_TRUE(cpu_supports(best_cpu_isa()));
}

}  // namespace
}  // namespace modecollapse
