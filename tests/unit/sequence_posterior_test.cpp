// Decoders of sequence VAEs at given latents (kernels/sequence): the score of a sentence against differences, the head's
// inverse-Lipschitz constant over random histories, the exact posterior by sampling against quadrature, drawn sentences.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/sequence/ensemble.hpp"
#include "kernels/sequence/exact_posterior.hpp"
#include "kernels/sequence/head.hpp"
#include "kernels/training/panel_layers.hpp"
#include "tests/support/normal_numbers.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/sequence_problems.hpp"

namespace modecollapse::sequence {
namespace {

using support::normal_numbers;
using support::sequence_problem;
using Vector = std::vector<double>;

const support::Sentences held_out(40, 13, 7, 2);

// A member at its start, with a head that tells latents apart.
struct Member {
    explicit Member(const Problem& problem_in) : problem(problem_in), parameters(layout_of(problem).count) {
        start_of(problem, 5, 2, "baseline", parameters.data());
        const Vector noise = normal_numbers(parameters.size(), 6);
        for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] += 0.4 * noise[i];
    }
    TrainedMember trained() const {
        return {&problem, Precision::double_precision, 5, 2, problem.steps, parameters.data()};
    }
    Vector log_likelihood(std::uint64_t row, const Vector& z, double* score = nullptr) const {
        Vector values(z.size() / problem.latent);
        EXPECT_TRUE(weigh(trained(), held_out.table(), row, z.data(), values.size(), "baseline", values.data(), score));
        return values;
    }

    Problem problem;
    Vector parameters;
};

TEST(SequencePosterior, TheScoreIsTheDerivativeInTheLatents) {
    for (const Head head : {Head::linear, Head::brenier}) {
        const Member member(sequence_problem(head));
        const Vector z = normal_numbers(2 * 70, 3);
        for (const std::uint64_t row : {0u, 6u}) {
            Vector score(z.size());
            member.log_likelihood(row, z, score.data());
            for (std::size_t k = 0; k < 2; ++k) {
                const double h = 1e-5;
                Vector above = z, below = z;
                for (std::size_t i = k; i < z.size(); i += 2) above[i] += h, below[i] -= h;
                const Vector up = member.log_likelihood(row, above), down = member.log_likelihood(row, below);
                for (std::size_t i = 0; i < up.size(); ++i)
                    EXPECT_NEAR(score[2 * i + k], (up[i] - down[i]) / (2 * h),
                                1e-7 * (1.0 + std::abs(score[2 * i + k])));
            }
        }
    }
}

// Logits of random states and latents: two panels of the head's own passes.
Vector logits_at(Member& member, const Vector& states, const Vector& z) {
    using Number = Pack<double, 2>;
    std::vector<double> block(memory_of<double>(member.problem, nullptr).bytes / sizeof(double) + 8);
    const Memory<double> memory = memory_of<double>(member.problem, block.data());
    std::copy(member.parameters.begin(), member.parameters.end(), memory.parameters);
    const PanelLayers<Number> layers(memory.transposed);
    HeadPass<PanelLayers<Number>> head(member.problem, memory, layers);
    head.pack(0.0);
    head.forward(states.data(), z.data(), 0, 2, 2);
    return Vector(head.logits(), head.logits() + 2 * 8 * words_of(member.problem));
}

// Smallest ratio of the distances of logits and of latents, over histories and pairs of latents.
double smallest_ratio(double l1, double l2) {
    Problem problem = sequence_problem(Head::brenier);
    problem.inverse_lipschitz.first = l1;
    problem.inverse_lipschitz.second = l2;
    Member member(problem);
    const int words = static_cast<int>(words_of(problem));
    double smallest = 1e300;
    for (int trial = 0; trial < 50; ++trial) {
        const Vector states = normal_numbers(2 * 8 * problem.decoder.width, 10 + trial);
        const Vector z = normal_numbers(2 * 8 * 2, 100 + trial), other = normal_numbers(2 * 8 * 2, 200 + trial);
        const Vector f = logits_at(member, states, z), g = logits_at(member, states, other);
        const auto distance = [](const Vector& a, const Vector& b, int rows, int i) {
            double sum = 0.0;
            for (int r = 0; r < rows; ++r) {
                const auto at = static_cast<std::size_t>((i / 8 * rows + r) * 8 + i % 8);
                sum += (a[at] - b[at]) * (a[at] - b[at]);
            }
            return std::sqrt(sum);
        };
        for (int i = 0; i < 16; ++i) smallest = std::min(smallest, distance(f, g, words, i) / distance(z, other, 2, i));
    }
    return smallest;
}

// Twin: without L the maps that were bent to it come below.
TEST(SequencePosterior, TheHeadIsInverseLipschitzWhateverTheHistory) {
    EXPECT_GE(smallest_ratio(0.8, 1.5), 0.8 * 1.5);
    EXPECT_GE(smallest_ratio(2.0, 3.0), 2.0 * 3.0);
    EXPECT_LT(smallest_ratio(0.0, 0.0), 0.8 * 1.5);
}

struct Moments {
    double mean[2] = {}, kl = 0.0, fisher = 0.0, log_likelihood = 0.0;
};

// Of the exact posterior of a sentence, by a lattice over |z| <= 7.
Moments by_quadrature(const Member& member, std::uint64_t row, double beta) {
    const int n = 81;
    const double h = 14.0 / (n - 1);
    Vector z;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) z.push_back(-7.0 + h * i), z.push_back(-7.0 + h * j);
    Vector score(z.size());
    const Vector log_p = member.log_likelihood(row, z, score.data());
    Moments m;
    double total = 0.0, likelihood = 0.0, evidence = 0.0;
    for (std::size_t k = 0; k < log_p.size(); ++k) {
        const double prior = h * h / (2 * M_PI) * std::exp(-0.5 * (z[2 * k] * z[2 * k] + z[2 * k + 1] * z[2 * k + 1]));
        const double w = prior * std::exp(log_p[k] / beta);
        total += w;
        likelihood += prior * std::exp(log_p[k]);
        evidence += w * log_p[k] / beta;
        for (int i = 0; i < 2; ++i) m.mean[i] += w * z[2 * k + static_cast<std::size_t>(i)];
        m.fisher += w * (score[2 * k] * score[2 * k] + score[2 * k + 1] * score[2 * k + 1]) / (beta * beta);
    }
    for (double& mean : m.mean) mean /= total;
    m.kl = evidence / total - std::log(total);
    m.fisher /= total;
    m.log_likelihood = std::log(likelihood);
    return m;
}

// 6,000 samples, of whose effective number the bounds are 5 standard errors of a mean of variance 1 (alpha 6e-7 each).
TEST(SequencePosterior, SamplingAgreesWithQuadrature) {
    for (const Head head : {Head::linear, Head::brenier}) {
        Problem problem = sequence_problem(head);
        problem.exact_samples = 3000;
        const Member member(problem);
        const std::vector<double> mean = {0.4, -0.2}, variance = {0.8, 0.6};
        const double beta = head == Head::linear ? 1.0 : 2.0;
        const Weigh weigh = [&](std::uint64_t, const double* z, std::uint64_t count, double* log_p, double* score) {
            const Vector values = member.log_likelihood(6, Vector(z, z + 2 * count), score);
            std::copy(values.begin(), values.end(), log_p);
            return true;
        };
        ExactReading reading;
        ASSERT_TRUE(
            read_exact_posterior({&member.problem, 5, 2, beta, 1, mean.data(), variance.data(), &weigh}, reading));
        const Moments exact = by_quadrature(member, 6, beta);
        EXPECT_GT(reading.effective, 0.2);
        const double error = 5.0 / std::sqrt(6000.0 * reading.effective);
        for (std::size_t i = 0; i < 2; ++i)
            EXPECT_NEAR(0.5 * (reading.mean[i] + reading.other_mean[i]), exact.mean[i], error);
        EXPECT_NEAR(reading.kl, exact.kl, error * (1.0 + exact.kl));
        EXPECT_NEAR(reading.fisher, exact.fisher, error * (1.0 + 3.0 * exact.fisher));
        EXPECT_NEAR(reading.likelihood, exact.log_likelihood, 2.0 * error);
        const Moments other = by_quadrature(member, 5, beta);  // twin: of another sentence
        EXPECT_GT(std::abs(reading.likelihood - other.log_likelihood), 4.0 * error);
    }
}

TEST(SequencePosterior, DrawnSentencesFollowTheDecoder) {
    const Member member(sequence_problem(Head::brenier));
    const std::uint64_t count = 4000;
    Vector z(2 * count);
    std::vector<std::int32_t> tokens(7 * count), later(7 * 10);
    ASSERT_TRUE(sample_prior(member.trained(), "baseline", 0, count, z.data(), tokens.data()));
    Vector z_later(20);
    ASSERT_TRUE(sample_prior(member.trained(), best_cpu_isa(), 100, 10, z_later.data(), later.data()));
    for (std::size_t i = 0; i < later.size(); ++i) EXPECT_EQ(later[i], tokens[7 * 100 + i]);
    // P(x_1 = k) against the share of draws: by sentences of one token, at the latents drawn
    for (const std::int32_t k : {0, 3, 7}) {
        const std::vector<std::uint64_t> offsets = {0, 1};
        const TokenTable one = {&k, offsets.data(), 1, 13, 7};
        Vector log_p(count);
        ASSERT_TRUE(weigh(member.trained(), one, 0, z.data(), count, "baseline", log_p.data(), nullptr));
        double expected = 0.0, variance = 0.0, drawn = 0.0;
        for (std::size_t i = 0; i < count; ++i) {
            const double p = std::exp(log_p[i]);
            expected += p;
            variance += p * (1.0 - p);
            drawn += tokens[7 * i] == k ? 1.0 : 0.0;
        }
        EXPECT_NEAR(drawn, expected, 4.4 * std::sqrt(variance)) << k;  // alpha = 1e-5
    }
    int after_an_end = 0;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t t = 1; t < 7; ++t)
            after_an_end += tokens[7 * i + t - 1] == end_mark && tokens[7 * i + t] != end_mark ? 1 : 0;
    EXPECT_EQ(after_an_end, 0);
}

}  // namespace
}  // namespace modecollapse::sequence
