// The exact posterior of a VAE's decoder (kernels/vae/exact_posterior.hpp) against closed forms, and the bound of its relative
// Fisher divergence from the prior by the inverse-Lipschitz constant of the decoder (POSTERIOR part B).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/vae/ensemble.hpp"
#include "kernels/vae/exact_posterior.hpp"
#include "kernels/vae/reading.hpp"
#include "tests/support/normal_numbers.hpp"

namespace modecollapse::vae {
namespace {

using support::normal_numbers;
using Decode = std::function<bool(const double*, std::uint64_t, double*, double*)>;

Problem problem_of(std::uint32_t latent, std::uint32_t dimension) {
    Problem problem;
    problem.latent = latent;
    problem.dimension = dimension;
    problem.decoder = Decoder::linear;
    problem.exact_samples = 2000;
    return problem;
}

// f(z) = W z, W (t, l) row-major.
Decode linear_map(const std::vector<double>& w, std::uint64_t l) {
    return [=](const double* z, std::uint64_t count, double* f, double* jacobian) {
        const std::uint64_t t = w.size() / l;
        for (std::uint64_t j = 0; j < count; ++j)
            for (std::uint64_t k = 0; k < t; ++k) {
                f[j * t + k] = 0.0;
                for (std::uint64_t i = 0; i < l; ++i) {
                    f[j * t + k] += w[k * l + i] * z[j * l + i];
                    if (jacobian) jacobian[(j * l + i) * t + k] = w[k * l + i];
                }
            }
        return true;
    };
}

ExactReading read(const Problem& problem, const std::vector<double>& x, const Decode& decode, double beta, double s_x,
                  double constant) {
    const std::uint64_t count = x.size() / problem.dimension;
    const std::vector<double> mean(count * problem.latent), variance(count * problem.latent, 1.0);
    ExactReading reading;
    EXPECT_TRUE(read_exact_posterior({&problem, 3, 5, beta, 2.0 * std::log(s_x), constant, nullptr, count, x.data(),
                                      mean.data(), variance.data(), decode},
                                     reading));
    return reading;
}

// f_i = w_i z_i: independent coordinates of posterior variance D = 1 / (1 + w^2/v), mean D w x / v, v = beta s_x^2.
struct Closed {
    double kl = 0.0, fisher = 0.0, likelihood = 0.0;
};
Closed closed_form(const std::vector<double>& w, const std::vector<double>& x, double beta, double s_x) {
    Closed sum;
    const double n = static_cast<double>(x.size()) / static_cast<double>(w.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
        const double a = w[j % w.size()], v = beta * s_x * s_x, d = 1.0 / (1.0 + a * a / v), mean = d * a * x[j] / v;
        sum.kl += 0.5 * (d + mean * mean - 1.0 - std::log(d)) / n;
        sum.fisher += a * a * (std::pow(x[j] - a * mean, 2) + a * a * d) / (v * v) / n;
        const double whole = a * a + s_x * s_x;
        sum.likelihood -= 0.5 * (x[j] * x[j] / whole + std::log(2 * M_PI * whole)) / n;
    }
    return sum;
}

TEST(VaePosterior, OfALinearDecoderIsInClosedForm) {
    const std::vector<double> scales[] = {{0.7}, {1.3, 0.4}, {0.8, 0.5, 0.6}};
    for (const std::vector<double>& w : scales) {
        const auto l = static_cast<std::uint32_t>(w.size());
        std::vector<double> matrix(w.size() * w.size());
        for (std::size_t i = 0; i < w.size(); ++i) matrix[i * w.size() + i] = w[i];
        const std::vector<double> x = normal_numbers(20 * w.size(), 4);
        const double tolerance = l <= 2 ? 1e-9 : 0.05;
        const ExactReading exact = read(problem_of(l, l), x, linear_map(matrix, l), 0.7, 0.9, 0.0);
        const Closed closed = closed_form(w, x, 0.7, 0.9);
        EXPECT_NEAR(exact.kl, closed.kl, tolerance * closed.kl) << l;
        EXPECT_NEAR(exact.fisher, closed.fisher, tolerance * closed.fisher) << l;
        EXPECT_NEAR(exact.likelihood, closed.likelihood, 0.02) << l;
        EXPECT_GT(exact.effective, 0.3);
    }
}

TEST(VaePosterior, TheLatticeFindsNarrowPosteriors) {
    const std::vector<double> x = {3.0, -2.0, 1.0, 0.5};
    const ExactReading exact = read(problem_of(2, 2), x, linear_map({25.0, 3.0, 3.0, 40.0}, 2), 1.0, 0.5, 0.0);
    EXPECT_EQ(exact.effective, 1.0);
    // mean = (W^T W + s^2)^{-1} W^T x of the first datum
    const double a = 634.25, b = 195.0, c = 1609.25, u = 69.0, v = -71.0, det = a * c - b * b;
    EXPECT_NEAR(exact.mean[0], (c * u - b * v) / det, 1e-6);
    EXPECT_NEAR(exact.mean[1], (a * v - b * u) / det, 1e-6);
}

// A decoder of Brenier maps with its own start as parameters.
struct Maps {
    Problem problem;
    std::vector<double> parameters;
    Maps(std::uint32_t size, Likelihood likelihood) : problem(problem_of(size, size)) {
        problem.decoder = Decoder::brenier;
        problem.likelihood = likelihood;
        problem.exact_samples = 4;
        problem.encoder = {size, 2 * size, 3, 1, Activation::softplus};
        problem.first_map = {size, 6, 2, Activation::softplus};
        problem.second_map = {size, 5, 1, Activation::softplus};
        problem.inverse_lipschitz.first = 0.8;
        problem.inverse_lipschitz.second = 1.5;
        parameters.resize(layout_of(problem).count);
        start_of(problem, 5, 2, "baseline", parameters.data());
    }
    Decode decode() const {
        return [this](const double* z, std::uint64_t count, double* f, double* jacobian) {
            decode_at(problem, parameters.data(), z, count, "baseline", f, jacobian);
            return true;
        };
    }
};

TEST(VaePosterior, JacobiansAreTheDecodersDerivatives) {
    for (const Decoder decoder : {Decoder::brenier, Decoder::mlp}) {
        Maps maps(2, Likelihood::gaussian);
        maps.problem.decoder = decoder;
        maps.problem.network = {2, 2, 7, 2, Activation::tanh};
        maps.parameters.resize(layout_of(maps.problem).count);
        start_of(maps.problem, 5, 2, "baseline", maps.parameters.data());
        const std::vector<double> z = normal_numbers(200, 6);
        std::vector<double> f(200), jacobian(400), above(200), below(200), ignored(400);
        maps.decode()(z.data(), 100, f.data(), jacobian.data());
        const double step = 1e-5;
        for (std::size_t i = 0; i < 2; ++i) {
            std::vector<double> up = z, down = z;
            for (std::size_t j = i; j < z.size(); j += 2) up[j] += step, down[j] -= step;
            maps.decode()(up.data(), 100, above.data(), ignored.data());
            maps.decode()(down.data(), 100, below.data(), nullptr);
            for (std::size_t j = 0; j < 100; ++j)
                for (std::size_t k = 0; k < 2; ++k)
                    EXPECT_NEAR(jacobian[(j * 2 + i) * 2 + k], (above[j * 2 + k] - below[j * 2 + k]) / (2 * step),
                                1e-7);
        }
    }
}

// The least singular value of the decoder's Jacobian at 200 latents, and the least |f(z) - f(z')| / |z - z'| of 100 pairs.
struct Stretch {
    double jacobian = 1e300, pairs = 1e300;
};
Stretch stretch_of(const Maps& maps) {
    const std::vector<double> z = normal_numbers(400, 8);
    std::vector<double> f(400), j(800);
    maps.decode()(z.data(), 200, f.data(), j.data());
    Stretch least;
    for (std::size_t i = 0; i < 200; ++i) {
        const double *a = j.data() + 4 * i, *b = a + 2;
        const double aa = a[0] * a[0] + a[1] * a[1], ab = a[0] * b[0] + a[1] * b[1], bb = b[0] * b[0] + b[1] * b[1];
        const double determinant = a[0] * b[1] - a[1] * b[0];
        const double largest = 0.5 * (aa + bb) + std::sqrt(0.25 * (aa - bb) * (aa - bb) + ab * ab);
        least.jacobian = std::min(least.jacobian, std::abs(determinant) / std::sqrt(largest));
    }
    for (std::size_t i = 0; i < 200; i += 2)
        least.pairs = std::min(least.pairs, std::hypot(f[2 * i] - f[2 * i + 2], f[2 * i + 1] - f[2 * i + 3]) /
                                                std::hypot(z[2 * i] - z[2 * i + 2], z[2 * i + 1] - z[2 * i + 3]));
    return least;
}

TEST(VaePosterior, ADecoderStretchesByItsConstantHoweverTrained) {
    Maps maps(2, Likelihood::gaussian);
    maps.problem.data = {DataLaw::linear, 2.0, 1.0, 1, 0};
    std::vector<double> gradient(maps.parameters.size());
    for (std::uint64_t step = 0; step <= 100; ++step) {
        if (step % 50 == 0) {
            const Stretch least = stretch_of(maps);
            EXPECT_GE(least.jacobian, 0.8 * 1.5 * (1.0 - 1e-12));
            EXPECT_GE(least.pairs, 0.8 * 1.5 * (1.0 - 1e-12));
        }
        gradient_at(maps.problem, maps.parameters.data(), nullptr, step, "baseline", gradient.data());
        for (std::size_t i = 0; i < gradient.size(); ++i) maps.parameters[i] -= 0.003 * gradient[i];
    }
    // twin: potentials that are not convex
    maps.problem.first_map.activation = maps.problem.second_map.activation = Activation::tanh;
    for (double& one : maps.parameters) one *= 3.0;
    EXPECT_LT(stretch_of(maps).jacobian, 0.8 * 1.5);
}

TEST(VaePosterior, TheFisherDivergenceIsAboveItsBound) {
    for (const std::uint32_t size : {1u, 2u})
        for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli}) {
            const Maps maps(size, likelihood);
            std::vector<double> x = normal_numbers(3 * size, 9);
            if (likelihood == Likelihood::bernoulli)
                for (double& one : x) one = one > 0.0 ? 1.0 : 0.0;
            for (std::size_t j = 0; j < 3; ++j) {
                const std::vector<double> one(x.begin() + static_cast<long>(j * size),
                                              x.begin() + static_cast<long>((j + 1) * size));
                const ExactReading exact = read(maps.problem, one, maps.decode(), 1.4, 0.8, 0.8 * 1.5);
                EXPECT_EQ(exact.effective, 1.0);
                EXPECT_GT(exact.fisher_bound, 0.0);
                EXPECT_GE(exact.fisher, exact.fisher_bound * (1.0 - 1e-9)) << size;
            }
        }
}

TEST(VaePosterior, TheBoundIsAnEqualityForOneLinearLatent) {
    const ExactReading exact = read(problem_of(1, 1), {0.3, -2.0, 4.0}, linear_map({0.6}, 1), 1.2, 0.7, 0.6);
    EXPECT_NEAR(exact.fisher, exact.fisher_bound, 1e-12 * exact.fisher);
}

// Twin: with t > l it is no bound. f(z) = (z/2, 0), x = (0, 8), s_x = 0.8.
TEST(VaePosterior, TheBoundFailsForMoreDimensionsThanLatents) {
    const ExactReading exact = read(problem_of(1, 2), {0.0, 8.0}, linear_map({0.5, 0.0}, 1), 1.0, 0.8, 0.5);
    EXPECT_NEAR(exact.fisher, 0.110, 5e-4);
    EXPECT_NEAR(exact.fisher_bound, 39.2, 0.05);
}

TEST(VaeReading, AccuracyIsByTheBestAssignment) {
    const std::vector<double> share = {0.9, 0.1, 0.0, 0.8, 0.1, 0.1, 0.1, 0.2, 0.7, 0.1, 0.8, 0.1};
    EXPECT_NEAR(accuracy_of(share.data(), std::vector<std::int64_t>{2, 2, 1, 0}.data(), 4, 3, 3), 1.0, 1e-15);
    EXPECT_NEAR(accuracy_of(share.data(), std::vector<std::int64_t>{2, 1, 1, 0}.data(), 4, 3, 3), 0.75, 1e-15);
    // two labels, three classes: each class has a label
    EXPECT_NEAR(accuracy_of(share.data(), std::vector<std::int64_t>{0, 0, 1, 1}.data(), 4, 3, 2), 1.0, 1e-15);
}

TEST(VaeReading, InformationIsThatOfTheShares) {
    const std::vector<double> told = {1.0, 0.0, 0.0, 1.0}, equal = {0.3, 0.7, 0.3, 0.7};
    EXPECT_NEAR(information_of(told.data(), 2, 2), std::log(2.0), 1e-15);
    EXPECT_NEAR(information_of(equal.data(), 2, 2), 0.0, 1e-15);
}

TEST(VaeReading, DirectionsAreRelativeToThePrior) {
    // means at +-1 in the first coordinate; clusters at +-2 with variances 0.25 there
    const std::vector<double> means = {1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0, 0.0},
                              prior = {2.0, 0.0, -2.0, 0.0, std::log(0.25), 0.0, std::log(0.25), 0.0};
    const Directions standard = directions_of({nullptr, 1, 2}, means.data(), means.data(), 4, 0.01);
    EXPECT_EQ(standard.active, 1.0);
    EXPECT_NEAR(standard.largest, 4.0 / 3.0, 1e-15);
    EXPECT_NEAR(directions_of({prior.data(), 2, 2}, means.data(), means.data(), 4, 0.01).largest, 4.0 / 3.0 / 4.25,
                1e-15);
    const std::vector<double> share = {1.0, 0.0, 1.0, 0.0}, of_classes = {1.0, 0.0, 9.0, 9.0, -1.0, 0.0, 9.0, 9.0};
    EXPECT_NEAR(directions_within({prior.data(), 2, 2}, of_classes.data(), share.data(), 2, 0.01).largest, 4.0, 1e-14);
}

}  // namespace
}  // namespace modecollapse::vae
