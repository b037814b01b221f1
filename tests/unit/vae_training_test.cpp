// Training of VAEs (kernels/vae): the gradient against central differences of the loss, the loss against plain loops, data
// against their laws, equal bits on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/vae/ensemble.hpp"
#include "tests/support/normal_numbers.hpp"
#include "tests/support/vae_problems.hpp"

namespace modecollapse::vae {
namespace {

using support::normal_numbers;

// Of the matrix of a linear decoder of two latents at its start.
double smallest_singular_value(const Problem& problem) {
    std::vector<double> parameters(layout_of(problem).count);
    start_of(problem, 5, 2, "baseline", parameters.data());
    const double* w = parameters.data() + layout_of(problem).network;
    double a = 0.0, b = 0.0, c = 0.0;
    for (std::uint32_t r = 0; r < problem.dimension; ++r, w += 2) a += w[0] * w[0], b += w[0] * w[1], c += w[1] * w[1];
    return std::sqrt(0.5 * (a + c) - std::sqrt(0.25 * (a - c) * (a - c) + b * b));
}

TEST(VaeTraining, ALinearDecoderStartsLifted) {
    Problem problem = problem_of(Decoder::linear);
    problem.inverse_lipschitz.first = 2.0;
    EXPECT_NEAR(smallest_singular_value(problem), 2.0, 1e-12);
    problem.inverse_lipschitz.first = 1e-3;
    const double free = smallest_singular_value(problem);
    EXPECT_GT(free, 1e-2);
    problem.inverse_lipschitz.first = 0.0;
    EXPECT_EQ(smallest_singular_value(problem), free);
}

struct Derivative {
    double gradient, difference, norm;
};

// Of the loss along a random direction of the parameters.
Derivative derivative_of(const Problem& problem, std::uint64_t step) {
    const std::size_t count = layout_of(problem).count, row = problem.latent + problem.dimension;
    std::vector<double> parameters(count), gradient(count), ignored(count),
        given = normal_numbers(problem.batch * row, 3);
    start_of(problem, 5, 2, "baseline", parameters.data());
    if (problem.likelihood == Likelihood::bernoulli)
        for (std::size_t i = 0; i < given.size(); ++i)
            if (i % row < problem.dimension) given[i] = given[i] > 0 ? 1.0 : 0.0;
    const std::vector<double> along = normal_numbers(count, 4);
    gradient_at(problem, parameters.data(), given.data(), step, "baseline", gradient.data());
    const auto loss = [&](double t) {
        std::vector<double> moved = parameters;
        for (std::size_t i = 0; i < count; ++i) moved[i] += t * along[i];
        if (problem.spread == Spread::fixed) moved.back() = parameters.back();
        return gradient_at(problem, moved.data(), given.data(), step, "baseline", ignored.data());
    };
    const double h = 1e-5;
    Derivative result = {0.0, (loss(h) - loss(-h)) / (2 * h), 0.0};
    for (std::size_t i = 0; i < count; ++i) {
        result.gradient += gradient[i] * along[i];
        result.norm += gradient[i] * gradient[i];
    }
    result.norm = std::sqrt(result.norm);
    return result;
}

TEST(VaeTraining, TheGradientIsThatOfTheLoss) {
    for (const Decoder decoder : {Decoder::mlp, Decoder::brenier, Decoder::linear})
        for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli})
            for (const Spread spread : {Spread::fixed, Spread::trained})
                for (const std::uint32_t clusters : {0u, 3u}) {
                    const Derivative d = derivative_of(problem_of(decoder, likelihood, spread, clusters), 0);
                    EXPECT_LT(std::abs(d.gradient - d.difference) / d.norm, 1e-7)
                        << decoder_names[static_cast<int>(decoder)] << ' '
                        << likelihood_names[static_cast<int>(likelihood)] << ' ' << clusters;
                }
}

// Twin: the gradient of a loss with another KL weight.
TEST(VaeTraining, AnotherLossHasAnotherGradient) {
    const Problem problem = problem_of(Decoder::brenier);
    Problem other = problem;
    other.kl_weight.end = 1.31;
    const Derivative mine = derivative_of(problem, 0), others = derivative_of(other, 0);
    EXPECT_GT(std::abs(others.gradient - mine.difference) / mine.norm, 1e-5);
}

TEST(VaeTraining, TheGradientFollowsTheSchedules) {
    Problem problem = problem_of(Decoder::brenier);
    problem.kl_weight.annealing = KlAnnealing::linear;
    problem.kl_weight.time = 10.0;
    problem.inverse_lipschitz.initial = 2.0;
    problem.inverse_lipschitz.time = 10.0;
    for (const Approach approach : {Approach::linear, Approach::exponential}) {
        problem.inverse_lipschitz.approach = approach;
        const Derivative early = derivative_of(problem, 3), late = derivative_of(problem, 10);
        EXPECT_LT(std::abs(early.gradient - early.difference) / early.norm, 1e-7);
        EXPECT_LT(std::abs(late.gradient - late.difference) / late.norm, 1e-7);
        EXPECT_GT(std::abs(early.gradient - late.gradient) / late.norm, 1e-3);
    }
}

// The loss of a VAE with linear encoder and decoder, by its formula.
TEST(VaeTraining, TheLossIsThatOfTheFormula) {
    Problem problem = problem_of(Decoder::mlp);
    problem.latent = problem.dimension = 1;
    problem.encoder = {1, 2, 1, 0, Activation::softplus};
    problem.network = {1, 1, 1, 0, Activation::softplus};
    const double w = 0.7, b = -0.2, v = 0.3, a = 0.1, s0 = -0.4, s1 = 0.2, log_variance = std::log(0.49);
    const std::vector<double> parameters = {v, s1, a, s0, w, b, log_variance};
    ASSERT_EQ(parameters.size(), layout_of(problem).count);
    const std::vector<double> given = normal_numbers(problem.batch * 2, 8);
    double loss = 0.0;
    for (std::uint64_t i = 0; i < problem.batch; ++i) {
        const double x = given[2 * i], eps = given[2 * i + 1], mean = v * x + a, s = s1 * x + s0;
        const double z = mean + std::exp(0.5 * s) * eps, error = x - w * z - b;
        loss += 0.5 * (error * error / 0.49 + log_variance + std::log(2 * M_PI)) +
                1.3 * 0.5 * (mean * mean + std::exp(s) - s - 1.0);
    }
    std::vector<double> gradient(parameters.size());
    EXPECT_NEAR(gradient_at(problem, parameters.data(), given.data(), 0, "baseline", gradient.data()),
                loss / static_cast<double>(problem.batch), 1e-12);
}

// The same with two clusters, classes summed out.
TEST(VaeTraining, TheLossOfClustersIsThatOfTheFormula) {
    Problem problem = problem_of(Decoder::mlp, Likelihood::gaussian, Spread::fixed, 2);
    problem.latent = problem.dimension = 1;
    problem.encoder = {1, code_rows(1, 2), 1, 0, Activation::softplus};
    problem.network = {1, 1, 1, 0, Activation::softplus};
    // encoder: weights, then biases, of m_0, s_0, m_1, s_1 and the logits; decoder; a, b; log s_x^2
    const std::vector<double> parameters = {0.3, 0.1, -0.4, 0.2,  0.5, -0.2, 0.1, -0.4, 0.2,           0.3,
                                            0.1, 0.4, 0.7,  -0.2, 1.0, -0.5, 0.3, -0.2, std::log(0.49)};
    ASSERT_EQ(parameters.size(), layout_of(problem).count);
    const std::vector<double> given = normal_numbers(problem.batch * 2, 8);
    double loss = 0.0;
    for (std::uint64_t i = 0; i < problem.batch; ++i) {
        const double x = given[2 * i], eps = given[2 * i + 1];
        const auto code = [&](std::size_t k) { return parameters[k] * x + parameters[6 + k]; };
        const double whole = std::exp(code(4)) + std::exp(code(5));
        for (std::size_t y = 0; y < 2; ++y) {
            const double q = std::exp(code(4 + y)) / whole, mean = code(2 * y), s = code(2 * y + 1);
            const double a = parameters[14 + y], b = parameters[16 + y];
            const double error = x - 0.7 * (mean + std::exp(0.5 * s) * eps) + 0.2;
            const double kl = 0.5 * ((std::pow(mean - a, 2) + std::exp(s)) / std::exp(b) - s + b - 1.0);
            loss += q * (0.5 * (error * error / 0.49 + std::log(2 * M_PI * 0.49)) + 1.3 * (kl + std::log(2.0 * q)));
        }
    }
    std::vector<double> gradient(parameters.size());
    EXPECT_NEAR(gradient_at(problem, parameters.data(), given.data(), 0, "baseline", gradient.data()),
                loss / static_cast<double>(problem.batch), 1e-12);
}

std::vector<Monitor> monitors_of(const Problem& problem, const char* isa, int threads, Precision precision) {
    std::vector<Monitor> monitors(2);
    Task task = {&problem, precision, 9, 0, 2};
    task.record.monitor = monitors.data();
    EXPECT_TRUE(run_on_cpu(task, {threads, isa}));
    return monitors;
}

TEST(VaeTraining, HasTheSameBitsOnEveryInstructionSetAndForAnyThreads) {
    for (const Decoder decoder : {Decoder::mlp, Decoder::brenier, Decoder::linear})
        for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
            const Problem problem = problem_of(decoder, Likelihood::gaussian, Spread::fixed, 2);
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

TEST(VaeTraining, DirectionsOfASignalThatAreCoordinatesAreThose) {
    const std::vector<double> first = {1, 0, 0, 0, 1, 0}, others = {0, 0, 1, 0, 1, 0};
    const auto elbos = [](const double* directions) {
        Problem problem = problem_of(Decoder::mlp);
        problem.data.scale = 3.0;
        if (directions) turn_signal(problem.data, directions);
        std::vector<double> result;
        for (const Monitor& one : monitors_of(problem, "baseline", 1, Precision::double_precision))
            result.push_back(one.elbo);
        return result;
    };
    const std::vector<double> coordinates = elbos(nullptr), same = elbos(first.data()), turned = elbos(others.data());
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(same[i], coordinates[i], 1e-9);
        EXPECT_GT(std::abs(turned[i] - coordinates[i]), 1e-3);  // twin
    }
}

}  // namespace
}  // namespace modecollapse::vae
