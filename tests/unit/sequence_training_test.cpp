// Training of sequence VAEs (kernels/sequence): the loss against plain loops, its gradient against central differences, equal bits
// on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/sequence/ensemble.hpp"
#include "kernels/sequence/synthetic.hpp"
#include "kernels/training/word_normals.hpp"
#include "tests/support/normal_numbers.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/sequence_problems.hpp"

namespace modecollapse::sequence {
namespace {

using support::normal_numbers;
using support::sequence_problem;
using Vector = std::vector<double>;

const support::Sentences training(80, 13, 7, 1), held_out(40, 13, 7, 2);
const TokenData data = {training.table(), held_out.table()};

// Parameters of a member's start, far enough from it that no gate is linear.
Vector parameters_of(const Problem& problem) {
    Vector parameters(layout_of(problem).count);
    start_of(problem, 5, 2, "baseline", parameters.data());
    const Vector noise = normal_numbers(parameters.size(), 6);
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] += 0.3 * noise[i];
    return parameters;
}

struct Derivative {
    double gradient, difference, norm;
};

// Along a random direction of parameters first .. end. spoil: what is done to the gradient.
template <class Spoil>
Derivative derivative_of(const Problem& problem, std::uint64_t step, const Spoil& spoil) {
    const Vector parameters = parameters_of(problem), eps = normal_numbers(problem.batch * problem.latent, 3);
    const Vector along = normal_numbers(parameters.size(), 4);
    Vector gradient(parameters.size()), ignored(parameters.size());
    gradient_at(problem, data, parameters.data(), eps.data(), step, "baseline", gradient.data());
    spoil(gradient);
    const auto loss = [&](double t) {
        Vector moved = parameters;
        for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += t * along[i];
        return gradient_at(problem, data, moved.data(), eps.data(), step, "baseline", ignored.data());
    };
    // of fourth order: exact to h^4
    const double h = 1e-4, near = (loss(h) - loss(-h)) / (2 * h), far = (loss(2 * h) - loss(-2 * h)) / (4 * h);
    Derivative result = {0.0, (4.0 * near - far) / 3.0, 0.0};
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        result.gradient += gradient[i] * along[i];
        result.norm += gradient[i] * gradient[i];
    }
    result.norm = std::sqrt(result.norm);
    return result;
}

Derivative derivative_of(const Problem& problem, std::uint64_t step) {
    return derivative_of(problem, step, [](Vector&) {});
}

double error_of(const Derivative& d) { return std::abs(d.gradient - d.difference) / d.norm; }

TEST(SequenceTraining, TheGradientIsThatOfTheLoss) {
    for (const Head head : {Head::linear, Head::brenier})
        for (const double dropout : {0.0, 0.4}) {
            Problem problem = sequence_problem(head);
            problem.word_dropout = dropout;
            EXPECT_LT(error_of(derivative_of(problem, 3)), 1e-7)
                << head_names[static_cast<int>(head)] << ' ' << dropout;
        }
}

// Sentence 0 has one token: of a batch of it alone no recurrent weight is known.
TEST(SequenceTraining, TheGradientIsThatOfTheLossOfOneToken) {
    for (const Head head : {Head::linear, Head::brenier}) {
        Problem problem = sequence_problem(head);
        problem.batch = 1;
        EXPECT_LT(error_of(derivative_of(problem, 0)), 1e-7);
    }
}

// Twins: one gate's derivative wrong by a thousandth, of either LSTM.
TEST(SequenceTraining, AWrongDerivativeOfAGateIsSeen) {
    const Problem problem = sequence_problem(Head::linear);
    for (const std::uint64_t gate : {0u, 1u, 2u, 3u})
        for (const bool of_encoder : {true, false}) {
            const LstmShape& shape = of_encoder ? problem.encoder : problem.decoder;
            const std::uint64_t first = of_encoder ? layout_of(problem).encoder : layout_of(problem).decoder;
            const auto spoil = [&](Vector& gradient) {
                const LstmLayout at = layout_of(shape);
                for (std::uint64_t j = gate * shape.width; j < (gate + 1) * shape.width; ++j) {
                    for (std::uint64_t k = 0; k < shape.embedding; ++k)
                        gradient[first + at.input + j * shape.embedding + k] *= 1.001;
                    for (std::uint64_t k = 0; k < shape.width; ++k)
                        gradient[first + at.recurrent + j * shape.width + k] *= 1.001;
                    gradient[first + at.biases + j] *= 1.001;
                }
            };
            EXPECT_GT(error_of(derivative_of(problem, 0, spoil)), 1e-6);
        }
}

TEST(SequenceTraining, TheGradientFollowsTheSchedules) {
    Problem problem = sequence_problem(Head::brenier);
    problem.kl_weight.annealing = KlAnnealing::linear;
    problem.kl_weight.time = 10.0;
    problem.inverse_lipschitz.initial = 2.0;
    problem.inverse_lipschitz.time = 10.0;
    const Derivative early = derivative_of(problem, 3), late = derivative_of(problem, 10);
    EXPECT_LT(error_of(early), 1e-7);
    EXPECT_LT(error_of(late), 1e-7);
    EXPECT_GT(std::abs(early.gradient - late.gradient) / late.norm, 1e-3);
}

// The states of an LSTM after each token, by the formulas of lstm_shape.hpp.
std::vector<Vector> states_of(const LstmShape& shape, const double* parameters,
                              const std::vector<std::int32_t>& tokens) {
    const LstmLayout at = layout_of(shape);
    const std::size_t e = shape.embedding, w = shape.width;
    Vector h(w), c(w);
    std::vector<Vector> states;
    const auto logistic = [](double a) { return 1.0 / (1.0 + std::exp(-a)); };
    for (const std::int32_t token : tokens) {
        Vector a(4 * w);
        for (std::size_t j = 0; j < 4 * w; ++j) {
            a[j] = parameters[at.biases + j];
            for (std::size_t k = 0; k < e; ++k)
                a[j] += parameters[at.input + j * e + k] *
                        parameters[at.embedding + static_cast<std::size_t>(token) * e + k];
            for (std::size_t k = 0; k < w; ++k) a[j] += parameters[at.recurrent + j * w + k] * h[k];
        }
        for (std::size_t j = 0; j < w; ++j) {
            c[j] = logistic(a[w + j]) * c[j] + logistic(a[j]) * std::tanh(a[2 * w + j]);
            h[j] = logistic(a[3 * w + j]) * std::tanh(c[j]);
        }
        states.push_back(h);
    }
    return states;
}

Vector affine(const double* weights, const double* biases, std::size_t outputs, const Vector& x) {
    Vector y(outputs);
    for (std::size_t r = 0; r < outputs; ++r) {
        y[r] = biases[r];
        for (std::size_t k = 0; k < x.size(); ++k) y[r] += weights[r * x.size() + k] * x[k];
    }
    return y;
}

// Of one sentence and its eps, with a linear head.
double loss_of(const Problem& problem, const double* parameters, const std::vector<std::int32_t>& sentence,
               const double* eps) {
    const Layout at = layout_of(problem);
    const Vector code = affine(parameters + at.code, parameters + at.code_biases, 2 * problem.latent,
                               states_of(problem.encoder, parameters + at.encoder, sentence).back());
    Vector z(problem.latent);
    double loss = 0.0;
    for (std::size_t k = 0; k < z.size(); ++k) {
        const double m = code[k], s = code[z.size() + k];
        z[k] = m + std::exp(0.5 * s) * eps[k];
        loss += problem.kl_weight.end * 0.5 * (m * m + std::exp(s) - s - 1.0);
    }
    std::vector<std::int32_t> given(sentence);
    given.insert(given.begin(), start_mark);
    given.pop_back();
    std::vector<Vector> states = states_of(problem.decoder, parameters + at.decoder, given);
    for (std::size_t t = 0; t < sentence.size(); ++t) {
        states[t].insert(states[t].end(), z.begin(), z.end());
        const Vector logits = affine(parameters + at.head, parameters + at.head_biases, words_of(problem), states[t]);
        double sum = 0.0;
        for (const double logit : logits) sum += std::exp(logit);
        loss += std::log(sum) - logits[static_cast<std::size_t>(sentence[t])];
    }
    return loss;
}

TEST(SequenceTraining, TheLossIsThatOfTheFormula) {
    const Problem problem = sequence_problem(Head::linear);
    const Vector parameters = parameters_of(problem), eps = normal_numbers(problem.batch * problem.latent, 3);
    double loss = 0.0;
    for (std::uint64_t i = 0; i < problem.batch; ++i) {
        const TokenTable table = training.table();
        const std::vector<std::int32_t> sentence(table.sentence(i), table.sentence(i) + table.length(i));
        loss += loss_of(problem, parameters.data(), sentence, eps.data() + i * problem.latent);
    }
    loss /= static_cast<double>(problem.batch);
    Vector gradient(parameters.size());
    EXPECT_NEAR(gradient_at(problem, data, parameters.data(), eps.data(), 0, "baseline", gradient.data()), loss,
                1e-12 * loss);
}

// The sentences of step `step` of member 0 of seed 0, one after another, as the registry says that they are drawn.
struct Batch {
    std::vector<std::int32_t> tokens;
    std::vector<std::uint64_t> offsets = {0};
    Vector eps;
};
Batch batch_of(const Problem& problem, std::uint64_t step) {
    Batch batch;
    const SyntheticLaw& law = problem.fresh.law;
    Vector work(source_work(law));
    for (std::uint64_t i = step * problem.batch; i < (step + 1) * problem.batch; ++i) {
        const SentenceBlocks blocks = {0, Purpose::sequence_choice, 0,
                                       (std::uint64_t{1} << 47) + i * (2 + (law.most_tokens + 1) / 2)};
        std::vector<std::int32_t> sentence(law.most_tokens);
        const auto drawn = draw_source_sentences(
            problem.fresh, &blocks, Random123Words(), work.data(),
            [&](int, std::uint32_t t, std::int32_t token) { sentence[t] = token; }, [] { return true; });
        batch.tokens.insert(batch.tokens.end(), sentence.begin(), sentence.begin() + drawn.length[0]);
        batch.offsets.push_back(batch.tokens.size());
        for (std::uint32_t k = 0; k < problem.latent; ++k)
            batch.eps.push_back(word_normal(0, 0, Purpose::sequence_noise, i * normal_blocks(problem.latent), k));
    }
    return batch;
}

SyntheticSource small_source(const Problem& problem) {
    SyntheticLaw law;
    law.words = words_of(problem);
    law.most_tokens = problem.most_tokens;
    law.width = 4;
    return make_source(law);
}

TEST(SequenceTraining, FreshSentencesAreThoseOfTheSource) {
    Problem problem = sequence_problem(Head::linear), fresh = problem;
    const SyntheticSource source = small_source(problem);
    fresh.fresh = source.view();
    const Vector parameters = parameters_of(problem);
    Vector gradient(parameters.size()), given(parameters.size());
    const auto given_loss = [&](std::uint64_t step) {
        const Batch batch = batch_of(fresh, step);
        const TokenTable table = {batch.tokens.data(), batch.offsets.data(), problem.batch, 13, 7};
        return gradient_at(problem, {table, table}, parameters.data(), batch.eps.data(), 3, "baseline", given.data());
    };
    const auto loss = [&](const char* isa) {
        const TokenTable none = {nullptr, nullptr, 0, 13, 7};
        return gradient_at(fresh, {none, none}, parameters.data(), nullptr, 3, isa, gradient.data());
    };
    EXPECT_EQ(loss("baseline"), given_loss(3));
    EXPECT_EQ(gradient, given);
    EXPECT_EQ(loss(best_cpu_isa()), given_loss(3));
    EXPECT_NE(loss("baseline"), given_loss(4));  // twin: those of the next step
}

std::vector<Monitor> monitors_of(const Problem& problem, const char* isa, int threads, Precision precision) {
    std::vector<Monitor> monitors(2);
    Task task = {{&problem, precision, 9, 0, 2}, &data};
    task.record.monitor = monitors.data();
    EXPECT_TRUE(run_on_cpu(task, {threads, isa}));
    return monitors;
}

TEST(SequenceTraining, HasTheSameBitsOnEveryInstructionSetAndForAnyThreads) {
    for (const Head head : {Head::linear, Head::brenier})
        for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
            Problem problem = sequence_problem(head);
            problem.word_dropout = 0.2;
            const SyntheticSource source = small_source(problem);
            if (head == Head::linear) problem.fresh = source.view();
            const std::vector<Monitor> one = monitors_of(problem, "baseline", 1, precision);
            const std::vector<Monitor> other = monitors_of(problem, best_cpu_isa(), 2, precision);
            for (std::size_t i = 0; i < one.size(); ++i) {
                EXPECT_EQ(one[i].elbo, other[i].elbo);
                EXPECT_EQ(one[i].variance, other[i].variance);
                EXPECT_EQ(one[i].information, other[i].information);
                EXPECT_EQ(one[i].exact_kl, other[i].exact_kl);
                EXPECT_EQ(one[i].exact_fisher, other[i].exact_fisher);
                EXPECT_EQ(one[i].likelihood, other[i].likelihood);
                EXPECT_EQ(one[i].objective.last, other[i].objective.last);
                EXPECT_EQ(one[i].objective.mean, other[i].objective.mean);
                EXPECT_EQ(one[i].start_objective.last, other[i].start_objective.last);
                EXPECT_TRUE(std::isfinite(one[i].exact_fisher));
                EXPECT_TRUE(std::isfinite(one[i].elbo));
            }
        }
}

}  // namespace
}  // namespace modecollapse::sequence
