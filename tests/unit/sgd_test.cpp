// Proves of sampled dynamics: trajectory i is a function of (problem, seed, i) alone, to the last bit, for any threads,
// chunks and instruction set, and for the plain scalar functions; a step draws as many blocks as documented, and no two
// draws share a counter.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "kernels/sgd/thread.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/diffusion_sampler.hpp"
#include "modecollapse/sgd/full_sampler.hpp"
#include "modecollapse/sgd/reduced_sampler.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

using support::run_sgd;
using support::sgd_payload_of;
using support::SgdCase;
using support::SgdEnsemble;

constexpr std::uint64_t seed = 20241119;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool identical(const SgdEnsemble& a, const SgdEnsemble& b) {
    return std::equal(a.counts.count, a.counts.count + outcome_count, b.counts.count) &&
           a.counts.attempts == b.counts.attempts && a.outcome == b.outcome && same_bits(a.m1, b.m1) &&
           same_bits(a.m2, b.m2) && same_bits(a.u, b.u) && same_bits(a.weight, b.weight) &&
           same_bits(a.aligned, b.aligned);
}

// Those that a sampler covers.
std::vector<SgdCase> cases_of(SgdSampler sampler) {
    std::vector<SgdCase> result;
    for (const SgdCase& c : support::one_case_of_each_kind())
        if (sampler != SgdSampler::diffusion || c.estimator != Estimator::score) result.push_back(c);
    return result;
}

class SgdEnsembleAt : public testing::TestWithParam<std::pair<double, SgdSampler>> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, SgdEnsembleAt,
                         testing::Values(std::pair(2.0, SgdSampler::reduced), std::pair(50.0, SgdSampler::reduced),
                                         std::pair(1e9, SgdSampler::reduced), std::pair(2.0, SgdSampler::full),
                                         std::pair(7.0, SgdSampler::full), std::pair(2.0, SgdSampler::diffusion),
                                         std::pair(50.0, SgdSampler::diffusion),
                                         std::pair(1e9, SgdSampler::diffusion)));

TEST_P(SgdEnsembleAt, ThreadsChunksAndInstructionSetsDoNotMatter) {
    const auto [dimension, sampler] = GetParam();
    constexpr std::uint64_t count = 53;
    for (const SgdCase& c : cases_of(sampler)) {
        const SgdPayload problem = sgd_payload_of(c, dimension, 5, 6, 0.3);
        const SgdEnsemble reference = run_sgd(problem, sampler, seed, count, nullptr, {1, "baseline"});
        EXPECT_EQ(total_of(reference.counts), static_cast<std::int64_t>(count));
        EXPECT_EQ(reference.counts.count[static_cast<int>(Outcome::failed)], 0) << name_of(c);
        for (const int threads : {2, 3, 7, 16})
            EXPECT_TRUE(
                identical(reference, run_sgd(problem, sampler, seed, count, nullptr, {threads, best_cpu_isa()})))
                << name_of(c) << " " << threads;
        for (const char* isa : {"avx512", "avx2"}) {
            if (cpu_supports(isa)) {
                EXPECT_TRUE(identical(reference, run_sgd(problem, sampler, seed, count, nullptr, {1, isa})))
                    << name_of(c) << isa;
            }
        }
        for (const std::uint64_t chunk : {1, 37})
            EXPECT_TRUE(
                identical(reference, run_sgd(problem, sampler, seed, count, nullptr, {1, best_cpu_isa()}, chunk)))
                << chunk;
        // twins: ids shifted by one, a learning rate off by an ulp or so
        EXPECT_FALSE(
            identical(reference, run_sgd(problem, sampler, seed, count, nullptr, {1, best_cpu_isa()}, ~0ull, 1)));
        SgdPayload wrong = problem;
        wrong.learning_rate *= 1.0 + 1e-15;
        EXPECT_FALSE(identical(reference, run_sgd(wrong, sampler, seed, count)));
    }
}

// Remembers every counter that was asked for.
struct RecordingWords {
    std::vector<std::pair<std::uint64_t, std::uint64_t>>* asked;
    Words operator()(std::uint64_t with_seed, Counter counter) const {
        asked->emplace_back(counter.draw, counter.trajectory);
        return Random123Words()(with_seed, counter);
    }
};

// One trajectory by the scalar functions.
struct ScalarRun {
    OrderParameters<double> state;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> asked;
};

template <SgdProgram kind>
ScalarRun follow(const SgdPayload& problem, SgdSampler sampler, std::uint64_t id, std::uint64_t first_step = 0) {
    ScalarRun run;
    run.state = support::start_of(id, seed, problem.dimension);
    run.state.weight = problem.start_weight;
    const RecordingWords words{&run.asked};
    using Source = LaneNormals<double, RecordingWords>;
    const Source normals(words, seed, &id);
    std::vector<double> memory(full_vectors(problem) * static_cast<std::size_t>(std::min(problem.dimension, 1e3)));
    const ReducedSampler<double, kind, Source, RecordingWords> reduced(problem, normals, words, seed, &id);
    FullSampler<double, kind, Source> full(problem, normals, memory.data());
    if (sampler == SgdSampler::full) full.start(run.state);
    for (std::uint64_t step = first_step; step < first_step + problem.steps; ++step) {
        if (sampler == SgdSampler::full) run.state = full.step(run.state, step);
        if (sampler == SgdSampler::reduced) run.state = reduced.step(run.state, step);
        if constexpr (kind != SgdProgram::score)
            if (sampler == SgdSampler::diffusion)
                run.state = DiffusionSampler<double, kind, Source, RecordingWords>(problem, normals, words, seed, &id)
                                .step(run.state, step);
    }
    return run;
}

ScalarRun follow(const SgdPayload& problem, SgdSampler sampler, std::uint64_t id, std::uint64_t first_step = 0) {
    return with_kind(problem, [&](auto tag) { return follow<decltype(tag)::kind>(problem, sampler, id, first_step); });
}

TEST_P(SgdEnsembleAt, OneTrajectoryAloneIsTheSame) {
    const auto [dimension, sampler] = GetParam();
    const std::uint64_t first = (1ull << 40) + 5;  // beyond 32 bits
    for (const SgdCase& c : cases_of(sampler)) {
        const SgdPayload problem = sgd_payload_of(c, dimension, 5, 6, 0.3);
        const SgdEnsemble reference = run_sgd(problem, sampler, seed, 20, nullptr, {2, best_cpu_isa()}, ~0ull, first);
        for (const std::uint64_t i : {0, 7, 19}) {
            const ScalarRun alone = follow(problem, sampler, first + i);
            EXPECT_EQ(alone.state.m1, reference.m1[i]) << name_of(c);
            EXPECT_EQ(alone.state.m2, reference.m2[i]);
            EXPECT_EQ(alone.state.u, reference.u[i]);
            EXPECT_EQ(weight1_of(problem, alone.state), reference.weight[i]);
        }
        EXPECT_NE(follow(problem, sampler, 5).state.m1, reference.m1[0]);  // twin: the id cut to 32 bits
    }
}

TEST_P(SgdEnsembleAt, DrawsAreCountedAndShareNoCounter) {
    const auto [dimension, sampler] = GetParam();
    for (const SgdCase& c : cases_of(sampler))
        for (const std::uint64_t batch : {5, 6}) {
            SgdPayload problem = sgd_payload_of(c, dimension, batch, 4, 0.3);
            ScalarRun run = follow(problem, sampler, 3);
            const std::uint64_t late =
                steps_that_fit(full_blocks_per_step(problem)) - problem.steps;  // the last steps allowed
            const ScalarRun last = follow(problem, sampler, 3, sampler == SgdSampler::full ? late : late / 2);
            std::map<std::uint64_t, std::uint64_t> by_purpose;
            for (const auto& [draw, id] : run.asked) ++by_purpose[draw >> purpose_shift];
            for (const auto& [draw, id] : last.asked)
                EXPECT_LE(draw >> purpose_shift, 6u);  // no block has spilled into the purpose
            const bool diffusion = sampler == SgdSampler::diffusion;
            const std::uint64_t of_samples =
                sampler == SgdSampler::full ? full_blocks_per_step(problem) : reduced_blocks_per_step(problem);
            EXPECT_EQ(by_purpose[static_cast<std::uint64_t>(Purpose::sample_normals)],
                      diffusion ? 0 : of_samples * problem.steps);
            EXPECT_EQ(by_purpose[static_cast<std::uint64_t>(Purpose::diffusion_normals)],
                      diffusion ? diffusion_blocks_per_step(problem) * problem.steps : 0);
            const bool orthogonal =
                sampler != SgdSampler::full && dimension > 3.5 && (c.estimator != Estimator::pathwise || c.beta != 1.0);
            const std::uint64_t wishart = !orthogonal                                                          ? 0
                                          : !diffusion && c.beta != 1.0 && c.geometry != WeightGeometry::fixed ? 2
                                                                                                               : 1;
            EXPECT_EQ(by_purpose[static_cast<std::uint64_t>(Purpose::wishart_normals)], wishart * problem.steps)
                << name_of(c);
            EXPECT_EQ(by_purpose.count(static_cast<std::uint64_t>(Purpose::wishart_chi_squares)) > 0, orthogonal);
            run.asked.insert(run.asked.end(), last.asked.begin(), last.asked.end());
            const std::set<std::pair<std::uint64_t, std::uint64_t>> distinct(run.asked.begin(), run.asked.end());
            EXPECT_EQ(distinct.size(), run.asked.size()) << name_of(c);
        }
}

TEST(SgdDraws, TheDocumentedNumbers) {
    SgdPayload p = sgd_payload_of({}, 10.0, 1000, 1, 0.1);
    EXPECT_EQ(reduced_blocks_per_step(p), 1500u);  // 6000 normals: 2 B min(d, 3)
    EXPECT_EQ(full_blocks_per_step(p), 6000u);
    p.dimension = 2.0;
    EXPECT_EQ(reduced_blocks_per_step(p), 1000u);
    p.dimension = 1000.0;
    EXPECT_EQ(full_blocks_per_step(p), 500000u);
    EXPECT_EQ(diffusion_blocks_per_step(p), 1u);
    p.estimator = Estimator::reparameterized;
    EXPECT_EQ(diffusion_blocks_per_step(p), 5u);
    p.estimator = Estimator::pathwise;
    p.geometry = WeightGeometry::softmax;
    EXPECT_EQ(diffusion_blocks_per_step(p), 3u);
    EXPECT_EQ(steps_that_fit(1500), (1ull << 48) / 1500);
    EXPECT_EQ(steps_that_fit(1), (1ull << 48) / 384);  // the chi-squares need more
}

TEST(SgdSetup, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](Problem problem, MixtureSettings settings, double dimension = 10.0) {
        try {
            MixtureSetup(problem, settings).sgd_for_dimension(dimension);
        } catch (const std::domain_error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const Problem problem = support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0);
    MixtureSettings good;
    good.sampled.dynamics = Dynamics::sgd;
    EXPECT_EQ(refused(problem, good), "");
    MixtureSettings bad = good;
    bad.sampled.batch_size = 0;
    EXPECT_NE(refused(problem, bad).find("batch-size"), std::string::npos);
    bad = good;
    bad.sampled.learning_rate = 0.0;
    EXPECT_NE(refused(problem, bad).find("learning-rate"), std::string::npos);
    bad.sampled.learning_rate = 1e5;
    EXPECT_NE(refused(problem, bad).find("half a step"), std::string::npos);
    bad = good;
    bad.sampled.learning_rate = 1e-9;  // 2e11 steps of 1500 blocks
    EXPECT_NE(refused(problem, bad).find("overflow"), std::string::npos);
    bad = good;
    bad.sampled.estimator = Estimator::score;
    Problem tempered = problem;
    tempered.beta = 0.5;
    EXPECT_NE(refused(tempered, bad).find("not exact"), std::string::npos);
    bad.sampled.dynamics = Dynamics::sde;
    EXPECT_NE(refused(problem, bad).find("does not cover the estimator score"), std::string::npos);
    bad.sampled.dynamics = Dynamics::sgd_full;
    EXPECT_EQ(refused(tempered, bad), "");
    EXPECT_NE(refused(tempered, bad, 1e7).find("sgd-full"), std::string::npos);
    bad.sampled.baseline = Baseline::leave_one_out;
    bad.sampled.batch_size = 1;
    EXPECT_NE(refused(problem, bad).find("batch-size = 1"), std::string::npos);
    bad = good;
    bad.sampled.baseline = Baseline::leave_one_out;
    EXPECT_NE(refused(problem, bad).find("baseline"), std::string::npos);
}

TEST(SgdPath, RecordsTheStatesOnTheWay) {
    const SgdPayload problem =
        sgd_payload_of({Estimator::pathwise, Baseline::none, WeightGeometry::softmax, 1.0}, 10.0, 6, 8, 0.2);
    const std::vector<std::uint64_t> steps = {0, 3, 3, 8};
    std::vector<double> m1(11 * steps.size()), weight(m1.size());
    SgdTask task{&problem, SgdSampler::reduced,
                 seed,     0,
                 11,       nullptr,
                 {},       {steps.data(), steps.size(), m1.data(), nullptr, nullptr, weight.data()}};
    run_sgd_on_cpu(task, {3, best_cpu_isa()});
    const SgdEnsemble end = run_sgd(problem, SgdSampler::reduced, seed, 11);
    SgdPayload shorter = problem;
    shorter.steps = 3;
    const SgdEnsemble middle = run_sgd(shorter, SgdSampler::reduced, seed, 11);
    for (std::size_t i = 0; i < 11; ++i) {
        EXPECT_EQ(m1[4 * i], support::start_of(i, seed, 10.0).m1);
        EXPECT_EQ(m1[4 * i + 1], middle.m1[i]);
        EXPECT_EQ(m1[4 * i + 2], middle.m1[i]);
        EXPECT_EQ(m1[4 * i + 3], end.m1[i]);
        EXPECT_EQ(weight[4 * i + 3], end.weight[i]);
        EXPECT_NE(middle.m1[i], end.m1[i]);
    }
}

// What a GPU thread runs, on the CPU.
TEST(SgdThread, FollowsTheSameTrajectory) {
    const SgdPayload problem =
        sgd_payload_of({Estimator::reparameterized, Baseline::none, WeightGeometry::softmax, 0.5}, 10.0, 6, 8, 0.2);
    const SgdEnsemble reference = run_sgd(problem, SgdSampler::reduced, seed, 9);
    const SgdTask task{&problem, SgdSampler::reduced, seed, 0, 9, nullptr, {}, {}};
    const std::uint64_t steps[] = {0, 3, 8};
    for (std::uint64_t i = 0; i < 9; ++i) {
        const LaneNormals<double, Random123Words> normals({}, seed, &i);
        const ReducedSampler<double, SgdProgram::reparameterized, LaneNormals<double, Random123Words>, Random123Words>
            sampler(problem, normals, {}, seed, &i);
        SgdProgress progress = {sgd_start<Random123Words>(problem, task, i), 0.0, 0};
        auto advance = [&](const OrderParameters<double>& y, std::uint64_t step) { return sampler.step(y, step); };
        std::vector<std::uint64_t> recorded;
        for (const std::uint64_t until : {3u, 4u, 8u})  // in parts, as launches do
            follow_sgd(problem, {steps, 3, nullptr, nullptr, nullptr, nullptr}, until, progress, advance,
                       [&](const OrderParameters<double>&, std::uint64_t k) { recorded.push_back(k); });
        EXPECT_EQ(progress.state.m1, reference.m1[i]);
        EXPECT_EQ(progress.state.u, reference.u[i]);
        EXPECT_EQ(progress.aligned, reference.aligned[i]);
        EXPECT_EQ(recorded, (std::vector<std::uint64_t>{0, 1, 2}));
    }
}

}  // namespace
}  // namespace modecollapse
