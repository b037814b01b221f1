// The pieces of a RealNVP training one by one: tanh, the target's density, the parameter layout, masks, optimizers,
// schedules, outcome, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "host/realnvp/training.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/realnvp/coupling.hpp"
#include "modecollapse/realnvp/draws.hpp"
#include "modecollapse/target/target_density.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

TEST(HyperbolicTangent, AgreesWithTheCLibrary) {
    double worst = 0.0, worst_single = 0.0;
    for (int i = -200000; i <= 200000; ++i) {
        const double x = i < 0 ? -std::exp(1e-4 * i + 3.2) : std::exp(-1e-4 * i + 3.2);  // |x| from 5e-8 to 24
        worst = std::max(worst, std::abs(tanh(x) / std::tanh(x) - 1.0));
        const float y = static_cast<float>(x);
        worst_single =
            std::max(worst_single, std::abs(static_cast<double>(tanh(y)) / std::tanh(static_cast<double>(y)) - 1.0));
    }
    RecordProperty("worst", std::to_string(worst * 1e16) + "e-16");
    EXPECT_LT(worst, 3 * 2.3e-16);
    EXPECT_LT(worst_single, 3 * 1.2e-7);
    EXPECT_EQ(tanh(0.0), 0.0);
    EXPECT_EQ(tanh(100.0), 1.0);
    EXPECT_EQ(tanh(-1e300), -1.0);
}

TEST(TargetDensity, IsTheMixture) {
    const double radius = 1.7, weight = 0.3;
    const int d = 4;
    const TargetDensity density(radius, weight, d);
    const double mode = radius / std::sqrt(d);
    for (double t = -3.0; t <= 3.0; t += 0.25) {
        const double x[d] = {t, 0.4, -1.2 + t, 0.1};
        double along = 0.0, squared = 0.0, plus = 0.0, minus = 0.0;
        for (double xi : x) {
            along += mode * xi;
            squared += xi * xi;
            plus += (xi - mode) * (xi - mode);
            minus += (xi + mode) * (xi + mode);
        }
        const double p =
            (weight * std::exp(-0.5 * plus) + (1.0 - weight) * std::exp(-0.5 * minus)) / std::pow(2.0 * M_PI, 0.5 * d);
        const TargetTerms<double> terms = density(along, squared);
        EXPECT_NEAR(terms.log_density, std::log(p), 1e-13);
        EXPECT_NEAR(terms.tanh, std::tanh(along + half_log_odds(weight)), 1e-14);
    }
}

TEST(RealnvpShape, MatricesTileTheParameters) {
    const RealnvpShape shape{6, 3, 5, 2};
    std::uint64_t next = 0;
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer)
        for (std::uint32_t i = 0; i <= shape.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape, layer, i);
            EXPECT_EQ(matrix.weights, next);
            EXPECT_EQ(matrix.biases, next + static_cast<std::uint64_t>(matrix.outputs) * matrix.inputs);
            next = matrix.biases + matrix.outputs;
        }
    EXPECT_EQ(parameter_count(shape), next);
    EXPECT_EQ(next, 3u * (5 * 3 + 5 + 5 * 5 + 5 + 6 * 5 + 6));
}

TEST(CouplingOrder, IsAPermutationThatAlternates) {
    for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random}) {
        const RealnvpShape shape{10, 4, 5, 1, mask};
        std::vector<std::uint32_t> even(10), odd(10), other(10);
        coupling_order(shape, Random123Words{}, 7, 3, 2, even.data());
        coupling_order(shape, Random123Words{}, 7, 3, 3, odd.data());
        coupling_order(shape, Random123Words{}, 7, 4, 2, other.data());
        EXPECT_EQ(std::set<std::uint32_t>(even.begin(), even.end()).size(), 10u);
        EXPECT_TRUE(std::equal(even.begin(), even.begin() + 5, odd.begin() + 5));
        EXPECT_TRUE(std::equal(even.begin() + 5, even.end(), odd.begin()));
        EXPECT_EQ(even == other, mask == CouplingMask::halves);  // random masks are a member's own
    }
}

// d/da (g x e^s + k s) with s = c tanh(a / c), against central differences.
TEST(AffineCoupling, ReverseIsTheDerivative) {
    const double bound = 1.3, x = 0.7, g = -0.4, k = 0.9, h = 1e-4;
    const AffineCoupling coupling(bound);
    for (const double a : {-3.0, -0.5, 0.0, 0.8, 4.0}) {
        const auto value = [&](double at) {
            const double s = bound * std::tanh(at / bound);
            return g * x * std::exp(s) + k * s;
        };
        const double s = coupling.log_scale(a);
        EXPECT_NEAR(s, bound * std::tanh(a / bound), 1e-14);
        EXPECT_NEAR(coupling.reverse(x, s, std::exp(s), g, k), (value(a + h) - value(a - h)) / (2.0 * h), 1e-7);
    }
}

TEST(GradientDescent, AdamIsThePublishedAlgorithm) {
    for (const double b1 : {OptimizerSettings{}.first_decay, 0.5, 0.99}) {
        OptimizerSettings settings;
        settings.learning_rate = 0.1;
        settings.first_decay = b1;
        double p = 1.0, m = 0.0, v = 0.0, q = 1.0, first = 0.0, second = 0.0;
        for (int n = 0; n < 50; ++n) {
            const double g = std::sin(0.3 * n) + 0.1 * p, h = std::sin(0.3 * n) + 0.1 * q;
            p = DescentStep(settings, static_cast<std::uint64_t>(n), 50, 1.0)(p, g, m, v);
            first = b1 * first + (1.0 - b1) * h;
            second = 0.999 * second + 0.001 * h * h;
            const double mean = first / (1.0 - std::pow(b1, n + 1)), square = second / (1.0 - std::pow(0.999, n + 1));
            q -= 0.1 * mean / (std::sqrt(square) + 1e-8);
            EXPECT_NEAR(p, q, 1e-12) << n;
        }
    }
}

TEST(GradientDescent, SchedulesAndClipping) {
    OptimizerSettings settings;
    settings.learning_rate = 0.2;
    EXPECT_EQ(learning_rate_at(settings, 70, 100), 0.2);
    settings.schedule = RateSchedule::cosine;
    for (const int n : {0, 10, 50, 99})
        EXPECT_NEAR(learning_rate_at(settings, n, 100), 0.1 * (1.0 + std::cos(M_PI * n / 100)), 1e-15);
    EXPECT_EQ(clip_factor(settings, 1e10), 1.0);
    settings.gradient_clip = 2.0;
    EXPECT_EQ(clip_factor(settings, 3.9), 1.0);
    EXPECT_NEAR(clip_factor(settings, 16.0), 0.5, 1e-15);
    settings.optimizer = Optimizer::sgd;
    settings.schedule = RateSchedule::constant;
    double m = 0.0, v = 0.0;
    EXPECT_NEAR(DescentStep(settings, 5, 100, 0.5)(1.0, 3.0, m, v), 1.0 - 0.2 * 0.5 * 3.0, 1e-15);
}

TEST(RealnvpOutcome, ComparesMassesWithTheTargets) {
    const double plus = target_mass_plus(3.0, 0.8);
    EXPECT_NEAR(plus, 0.8 * 0.99865010196837 + 0.2 * 0.00134989803163, 1e-12);
    const auto outcome = [&](double mass_plus) {
        return realnvp_outcome({true, mass_plus, 0.1, 3.0, 500.0, 1000}, plus, 0.05);
    };
    EXPECT_EQ(outcome(0.8), RealnvpOutcome::covered);
    EXPECT_EQ(outcome(1.0), RealnvpOutcome::collapsed_plus);
    EXPECT_EQ(outcome(1.0 - 0.049 * (1.0 - plus)), RealnvpOutcome::collapsed_plus);
    EXPECT_EQ(outcome(1.0 - 0.051 * (1.0 - plus)), RealnvpOutcome::covered);
    EXPECT_EQ(outcome(0.0), RealnvpOutcome::collapsed_minus);
    EXPECT_EQ(outcome(0.049 * plus), RealnvpOutcome::collapsed_minus);
    EXPECT_EQ(outcome(0.051 * plus), RealnvpOutcome::covered);
}

TEST(RealnvpOutcome, AMemberThatFitsNothingHasFailed) {
    const RealnvpEnd well = {true, 0.8, 0.1, 3.0, 500.0, 1000};
    EXPECT_FALSE(has_failed(well));
    RealnvpEnd end = well;
    end.finite = false;
    EXPECT_TRUE(has_failed(end));
    for (const double objective : {3.1, 1.8e7, std::nan("")}) {
        end = well;
        end.objective = objective;
        EXPECT_TRUE(has_failed(end)) << objective;
        EXPECT_EQ(realnvp_outcome(end, 0.8, 0.05), RealnvpOutcome::failed);
    }
    end = well;
    end.objective = end.start_objective;  // no step made
    EXPECT_FALSE(has_failed(end));
    end.objective = end.start_objective + 1e-6;  // a start that fitted already
    EXPECT_FALSE(has_failed(end));
    end.objective = end.start_objective + 2e-3;
    EXPECT_TRUE(has_failed(end));
    end = well;
    end.effective_samples = 1.9;
    EXPECT_TRUE(has_failed(end));
    end.samples = 99;
    EXPECT_FALSE(has_failed(end));
}

// log q - beta log p of three samples by hand; beta = 1/2 changes what is asked, not what is told of beta = 1.
TEST(RealnvpOutcome, IsReadOffTheSamples) {
    const double log_q[] = {-1.0, -2.0, -3.0}, log_p[] = {-2.0, -2.0, -4.0}, along[] = {1.0, -1.0, 2.0};
    const RealnvpProblem problem = realnvp_problem(support::flow_target(1.0, 0.5), {});
    const RealnvpMonitor monitor = monitor_of_samples(problem, log_q, log_p, along, 3);
    EXPECT_NEAR(monitor.reverse_kl, 2.0 / 3.0, 1e-15);
    const RealnvpEnd one = end_of_samples(monitor, log_q, log_p, 3, 1.0, 5.0);
    EXPECT_TRUE(one.finite);
    EXPECT_EQ(one.objective, monitor.reverse_kl);
    EXPECT_EQ(one.start_objective, 5.0);
    EXPECT_NEAR(one.effective_samples, 3.0 * monitor.effective_samples, 1e-14);
    EXPECT_NEAR(end_of_samples(monitor, log_q, log_p, 3, 0.5, 5.0).objective, (0.0 - 1.0 - 1.0) / 3.0, 1e-15);
    const double far[] = {-1e300, -2.0, -4.0};
    EXPECT_FALSE(end_of_samples(monitor_of_samples(problem, log_q, far, along, 3), log_q, far, 3, 1.0, 5.0).finite);
}

// The message of what realnvp_problem throws for a training that `change` spoils.
template <class Change>
std::string refusal(const Change& change) {
    Training training;
    change(training);
    try {
        realnvp_problem({}, training);
    } catch (const std::domain_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Training, RefusesWithTheReason) {
    EXPECT_EQ(refusal([](Training&) {}), "accepted");
    EXPECT_EQ(refusal([](Training& t) { t.shape.dimension = 5; }),
              "dimension = 5 with family realnvp (allowed: even, 2 to 1024: a coupling layer moves one half of the "
              "coordinates)");
    EXPECT_NE(refusal([](Training& t) { t.shape.dimension = 2048; }), "accepted");
    EXPECT_EQ(refusal([](Training& t) { t.shape.layers = 0; }), "layers = 0 (allowed: 1 to 256)");
    EXPECT_EQ(refusal([](Training& t) { t.shape.width = 0; }), "width = 0 (allowed: 1 to 4096)");
    EXPECT_EQ(refusal([](Training& t) { t.shape.depth = 9; }), "depth = 9 (allowed: 1 to 8)");
    EXPECT_EQ(refusal([](Training& t) { t.batch = 0; }), "batch-size = 0 (allowed: 1 to 1000000)");
    EXPECT_EQ(refusal([](Training& t) { t.steps = 0; }), "steps = 0 (allowed: 1 to 1000000000)");
    EXPECT_EQ(refusal([](Training& t) { t.optimizer.learning_rate = -1.0; }),
              "learning-rate = -1 (allowed: above 0, up to 1e6)");
    EXPECT_EQ(refusal([](Training& t) { t.optimizer.gradient_clip = -1.0; }),
              "gradient-clip = -1 (allowed: 0 (none) to 1e9)");
    EXPECT_EQ(refusal([](Training& t) { t.mode_mass_floor = 1.0; }), "mode-mass-floor = 1 (allowed: above 0, below 1)");
    EXPECT_EQ(refusal([](Training& t) { t.evaluation_samples = 1; }),
              "evaluation-samples = 1 (allowed: 2 to 100000000)");
}

}  // namespace
}  // namespace modecollapse
