// Synthetic sentences: the LSTM that makes them against a plain one, their chances, and the true posterior by quadrature against
// draws, importance sampling and another resolution.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <random>

#include "kernels/gradient_flow/ensemble.hpp"
#include "kernels/sequence/synthetic_posterior.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse::sequence {
namespace {

using Tokens = std::vector<std::int32_t>;
constexpr double alpha = 1e-4;

SyntheticLaw small_law() {
    SyntheticLaw law;
    law.words = 20;
    law.most_tokens = 6;
    law.width = 8;
    return law;
}

double log_likelihood(const SyntheticSource& source, const Tokens& x, const double* z) {
    std::vector<double> work(source_work(source.law));
    return log_source_likelihood(source.law, source.parameters.data(), x.data(), static_cast<std::uint32_t>(x.size()),
                                 z, work.data());
}

// The same by the formulas of the header, with the C library's functions.
double plain_log_likelihood(const SyntheticSource& source, const Tokens& x, const double* z) {
    const SyntheticLaw& law = source.law;
    const std::size_t v = law.words, width = law.width;
    const double *u = source.parameters.data(), *latent = u + 4 * width * v, *w = latent + 8 * width,
                 *b = w + 4 * width * width, *head = b + 4 * width, *head_bias = head + v * width;
    const auto logistic = [](double a) { return 1.0 / (1.0 + std::exp(-a)); };
    std::vector<double> h(width), c(width);
    double sum = 0.0;
    for (std::size_t t = 0; t < x.size(); ++t) {
        const auto before = static_cast<std::size_t>(t == 0 ? start_mark : x[t - 1]);
        std::vector<double> gate(4 * width), a(v);
        for (std::size_t k = 0; k < 4 * width; ++k) {
            gate[k] = u[4 * width * before + k] + latent[2 * k] * z[0] + latent[2 * k + 1] * z[1] + b[k];
            for (std::size_t j = 0; j < width; ++j) gate[k] += w[k * width + j] * h[j];
        }
        for (std::size_t k = 0; k < width; ++k) {
            c[k] = logistic(gate[width + k]) * c[k] + logistic(gate[k]) * std::tanh(gate[2 * width + k]);
            h[k] = logistic(gate[3 * width + k]) * std::tanh(c[k]);
        }
        double total = 0.0;
        for (std::size_t k = 0; k < v; ++k) {
            a[k] = head_bias[k];
            for (std::size_t j = 0; j < width; ++j) a[k] += head[k * width + j] * h[j];
            if (k >= 3 || (k == 0 && t > 0)) total += std::exp(a[k]);
        }
        sum += a[static_cast<std::size_t>(x[t])] - std::log(total);
    }
    return sum;
}

TokenTable table_of(const SyntheticSource& source, const Tokens& x, const std::vector<std::uint64_t>& offsets) {
    return {x.data(), offsets.data(), offsets.size() - 1, source.law.words, source.law.most_tokens};
}

std::vector<SourcePosterior> posteriors_of(const SyntheticSource& source, const TokenTable& table, std::uint32_t side) {
    return true_posteriors(source, table, side, best_cpu_isa(), 2);
}

TEST(SyntheticSource, LikelihoodIsThatOfAPlainLstm) {
    const SyntheticSource source = make_source(small_law());
    for (const Tokens& x : {Tokens{5, 0}, Tokens{3, 19, 4, 4, 7, 3}, Tokens{8, 3, 11, 0}})
        for (const auto& z : {std::array{0.0, 0.0}, std::array{1.5, -2.0}, std::array{-3.0, 0.25}})
            EXPECT_NEAR(log_likelihood(source, x, z.data()), plain_log_likelihood(source, x, z.data()), 1e-12);
}

// All sentences of two words and at most three tokens.
std::vector<Tokens> all_sentences() {
    std::vector<Tokens> all;
    for (const std::int32_t first : {3, 4}) {
        all.push_back({first, 0});
        for (const std::int32_t second : {3, 4})
            for (const std::int32_t third : {0, 3, 4}) all.push_back({first, second, third});
    }
    return all;
}
SyntheticLaw tiny_law() {
    SyntheticLaw law;
    law.words = 5;
    law.most_tokens = 3;
    law.width = 3;
    return law;
}

TEST(SyntheticSource, ChancesOfAllSentencesSumToOne) {
    const SyntheticSource source = make_source(tiny_law());
    for (const auto& z : {std::array{0.0, 0.0}, std::array{1.5, -2.0}, std::array{-3.0, 0.25}}) {
        double sum = 0.0;
        for (const Tokens& x : all_sentences()) sum += std::exp(log_likelihood(source, x, z.data()));
        EXPECT_NEAR(sum, 1.0, 1e-13);
    }
}

TEST(SyntheticSource, SentencesDependOnTheirNumberAlone) {
    const SyntheticSource source = make_source(small_law());
    const SyntheticSentences all = draw_sentences(source, 0, 40, best_cpu_isa(), 1),
                             some = draw_sentences(source, 25, 10, "baseline", 3);
    const TokenTable whole = all.table(source.law), part = some.table(source.law);
    for (std::uint64_t i = 0; i < 10; ++i) {
        ASSERT_EQ(part.length(i), whole.length(25 + i));
        for (std::uint32_t t = 0; t < part.length(i); ++t) EXPECT_EQ(part.sentence(i)[t], whole.sentence(25 + i)[t]);
    }
    SyntheticLaw other = small_law();
    other.seed = 2;
    EXPECT_NE(draw_sentences(make_source(other), 0, 40, best_cpu_isa(), 1).tokens, all.tokens);
}

TEST(SyntheticSource, AStopEndsWhatTakesLong) {
    StopRequest stop;
    const auto drawn = [&] { return draw_sentences(make_source(small_law()), 0, 40, best_cpu_isa(), 2, &stop); };
    const SyntheticSource source = make_source(small_law());
    const SyntheticSentences all = drawn();
    EXPECT_EQ(all.tokens, draw_sentences(source, 0, 40, best_cpu_isa(), 2).tokens);
    const auto posteriors = [&] {
        return true_posteriors(source, all.table(source.law), 8, best_cpu_isa(), 2, &stop).size();
    };
    EXPECT_EQ(posteriors(), 40u);
    stop.ask();
    EXPECT_TRUE(drawn().tokens.empty());
    EXPECT_EQ(posteriors(), 0u);
}

// Pearson's statistic of draws over all sentences, their chances by quadrature over z.
double pearson(const SyntheticSource& drawn, const SyntheticSource& claimed, std::uint64_t draws) {
    const SyntheticSentences sentences = draw_sentences(drawn, 0, draws, best_cpu_isa(), 2);
    const TokenTable table = sentences.table(drawn.law);
    std::map<Tokens, double> count;
    for (std::uint64_t i = 0; i < draws; ++i) ++count[Tokens(table.sentence(i), table.sentence(i) + table.length(i))];
    double sum = 0.0;
    for (const Tokens& x : all_sentences()) {
        const auto posterior =
            posteriors_of(claimed, table_of(claimed, x, {0, x.size()}), nodes_of_source(claimed.law));
        const double expected = static_cast<double>(draws) * std::exp(posterior[0].log_evidence);
        sum += (count[x] - expected) * (count[x] - expected) / expected;
    }
    return sum;
}

TEST(SyntheticSource, SentencesAreDrawnWithTheirChances) {
    const SyntheticSource source = make_source(tiny_law());
    SyntheticLaw shifted = tiny_law();
    shifted.radius *= 2.0;
    const double bound = support::largest_chi_square(alpha, 13);  // 14 sentences
    EXPECT_LT(pearson(source, source, 20000), bound);
    EXPECT_GT(pearson(source, make_source(shifted), 20000), bound);
}

TEST(SyntheticPosterior, TwoResolutionsAgreeAndSayHowFarTheyAreOff) {
    const SyntheticSource source = make_source({});
    const SyntheticSentences sentences = draw_sentences(source, 0, 8, best_cpu_isa(), 2);
    const TokenTable table = sentences.table(source.law);
    const std::uint32_t side = nodes_of_source(source.law);
    const auto coarse = posteriors_of(source, table, side), fine = posteriors_of(source, table, 3 * side / 2);
    for (std::size_t i = 0; i < fine.size(); ++i) {
        EXPECT_NEAR(coarse[i].kl, fine[i].kl, 1e-5);
        EXPECT_NEAR(coarse[i].log_evidence, fine[i].log_evidence, 1e-5);
        EXPECT_LE(std::abs(coarse[i].kl - fine[i].kl), std::abs(coarse[i].kl - coarse[i].kl_of_half) + 1e-12);
        EXPECT_GT(fine[i].kl, 0.0);
    }
}

TEST(SyntheticPosterior, HasTheSameBitsByEveryInstructionSet) {
    const SyntheticSource source = make_source(small_law());
    const SyntheticSentences sentences = draw_sentences(source, 0, 3, best_cpu_isa(), 1);
    const TokenTable table = sentences.table(source.law);
    const auto plain = true_posteriors(source, table, 12, "baseline", 1), best = posteriors_of(source, table, 12);
    for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_EQ(plain[i].kl, best[i].kl);
}

// KL(p(z|x) || p(z)) by draws of the prior, weighted by p(x|z), and its standard error to first order: with weights w of sum 1,
// KL = sum w l - log mean e^l, whose influence of draw i is (n w_i) (l_i - E l) - (n w_i - 1). shift: of the draws, in s.
struct Sampled {
    double kl, error;
};
Sampled sampled_kl(const SyntheticSource& source, const Tokens& x, double shift) {
    constexpr int n = 10000;
    std::mt19937_64 numbers(3);
    std::normal_distribution<double> normal;
    std::vector<double> l(n);
    double most = -1e300;
    for (double& value : l) {
        double z[2];
        cluster_center(source.law, static_cast<int>(numbers() % 5), z);
        for (double& coordinate : z) coordinate += source.law.spread * (normal(numbers) + shift);
        value = log_likelihood(source, x, z);
        most = std::max(most, value);
    }
    double total = 0.0, mean = 0.0, squares = 0.0;
    for (const double value : l) total += std::exp(value - most);
    for (const double value : l) mean += std::exp(value - most) / total * value;
    for (const double value : l) {
        const double w = n * std::exp(value - most) / total, influence = w * (value - mean) - (w - 1.0);
        squares += influence * influence;
    }
    return {mean - most - std::log(total / n), std::sqrt(squares) / n};
}

TEST(SyntheticPosterior, ImportanceSamplingAgrees) {
    const SyntheticSource source = make_source(small_law());
    const Tokens x = {8, 3, 11, 0};
    const auto exact = posteriors_of(source, table_of(source, x, {0, x.size()}), nodes_of_source(source.law));
    const double errors = support::largest_z(alpha, 1);
    const Sampled right = sampled_kl(source, x, 0.0), shifted = sampled_kl(source, x, 0.5);
    EXPECT_LT(std::abs(right.kl - exact[0].kl), errors * right.error);
    EXPECT_GT(std::abs(shifted.kl - exact[0].kl), errors * shifted.error);
}

// Given x, z is a draw of p(z|x): log p(x|z) - log p(x) has the mean KL(p(z|x) || p(z)), whose mean over sentences is I(x; z).
// Returns how many standard errors it is off, z moved by `shift`.
double errors_off(double shift) {
    const SyntheticSource source = make_source(small_law());
    constexpr std::uint64_t count = 150;
    const SyntheticSentences sentences = draw_sentences(source, 0, count, best_cpu_isa(), 2);
    const TokenTable table = sentences.table(source.law);
    const auto exact = posteriors_of(source, table, nodes_of_source(source.law));
    support::SampleMean off;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double z[] = {sentences.z[2 * i] + shift, sentences.z[2 * i + 1] + shift};
        const Tokens x(table.sentence(i), table.sentence(i) + table.length(i));
        off.add(log_likelihood(source, x, z) - exact[i].log_evidence - exact[i].kl);
    }
    return std::abs(off.z_against(0.0));
}

TEST(SyntheticPosterior, TrueLatentsAreItsDraws) {
    EXPECT_LT(errors_off(0.0), support::largest_z(alpha, 1));
    EXPECT_GT(errors_off(1.0), support::largest_z(alpha, 1));
}

TEST(SyntheticPosterior, InformationIsTheMeanWithItsError) {
    std::vector<SourcePosterior> posteriors(4);
    for (std::size_t i = 0; i < 4; ++i) posteriors[i].kl = static_cast<double>(i);
    const TrueInformation information = true_information(posteriors);
    EXPECT_DOUBLE_EQ(information.mean, 1.5);
    EXPECT_DOUBLE_EQ(information.standard_error, std::sqrt(5.0 / 3.0 / 4.0));
    posteriors.resize(1);
    EXPECT_THROW(true_information(posteriors), std::domain_error);
}

TEST(SyntheticPosterior, RefusesSentencesThatTheSourceNeverDraws) {
    const SyntheticSource source = make_source(small_law());
    for (const Tokens& x : {Tokens{0}, Tokens{3, 2, 0}, Tokens{1, 3, 0}, Tokens{3, 20, 0}, Tokens{3, 4},
                            Tokens{3, 0, 4, 0}, Tokens{3, 3, 3, 3, 3, 3, 0}, Tokens{3, -1, 0}})
        EXPECT_THROW(posteriors_of(source, table_of(source, x, {0, x.size()}), 8), std::domain_error);
}

}  // namespace
}  // namespace modecollapse::sequence
