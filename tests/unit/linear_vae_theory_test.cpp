// Closed forms of the linear VAE against the table of their derivation, and settings that are refused.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "host/linear_vae/fixed_points.hpp"
#include "host/linear_vae/setup.hpp"
#include "host/linear_vae/theory.hpp"
#include "host/linear_vae/warm_up.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::CriticalKlWeight;
using linear_vae::Dynamics;
using linear_vae::Payload;

Payload problem_at(double dimension, double rho, double eta, double beta, double scale, double horizon) {
    Payload problem;
    problem.dimension = dimension;
    problem.signal_variance = rho;
    problem.noise_variance = eta;
    problem.kl_weight.end = beta;
    problem.start_scale = scale;
    problem.horizon = horizon;
    return problem;
}

TEST(LinearVaeTheory, ProbabilityOfCollapse) {
    EXPECT_NEAR(linear_vae::collapse_probability(problem_at(300, 1, 1, 1.7, .1, 30)), .3723, 1e-4);
    EXPECT_NEAR(linear_vae::collapse_probability(problem_at(1000, 1, 1, 1.5, .02, 25)), .4472, 1e-4);
    EXPECT_NEAR(linear_vae::collapse_probability(problem_at(200, 1.5, .5, 1.6, .05, 22)), .5326, 1e-4);
    EXPECT_NEAR(linear_vae::collapse_probability(problem_at(400, 2, .5, 1.9, .05, 16)), .7101, 1e-4);
    EXPECT_EQ(linear_vae::collapse_probability(problem_at(400, 1, 1, 1.985, .05, 16)), 1.0);
}

TEST(LinearVaeTheory, CriticalKlWeights) {
    const double horizon[] = {20, 50, 200, 1000};
    const double expected[2][4] = {{1.657, 1.849, 1.957, 1.980}, {1.021, 1.526, 1.865, 1.971}};
    for (int n = 0; n < 2; ++n)
        for (int t = 0; t < 4; ++t) {
            const Payload problem = problem_at(n == 0 ? 100 : 1e9, 1, 1, 1.5, .1, horizon[t]);
            const CriticalKlWeight critical = linear_vae::critical_kl_weight(problem, 0.5);
            ASSERT_EQ(critical.status, CriticalKlWeight::Status::found);
            EXPECT_NEAR(critical.value, expected[n][t], 6e-4) << n << " " << t;
            // half the members are active at the horizon there
            Payload there = problem;
            there.kl_weight.end = critical.value;
            EXPECT_NEAR(linear_vae::median_time_to_activity(there), horizon[t], 1e-6 * horizon[t]);
        }
    EXPECT_EQ(linear_vae::critical_kl_weight(problem_at(1e9, 1, 1, 1.5, .1, 1.0), 0.5).status,
              CriticalKlWeight::Status::below_range);
}

TEST(LinearVaeTheory, RatesAndBoundaries) {
    Payload problem = problem_at(100, 1, 1, 1.9, .1, 100);
    EXPECT_NEAR(linear_vae::plateau_rate(problem), .0413, 5e-5);
    const double rates[][3] = {{.3, 6, .160}, {.5, 6, .156}, {1, 6, .140}, {1, 3, .236}, {.3, .5, .5616}};
    for (const auto& [constant, beta, rate] : rates) {
        problem.inverse_lipschitz = constant;
        problem.kl_weight.end = beta;
        EXPECT_NEAR(linear_vae::plateau_rate(problem), rate, 6e-4);
    }
    const double boundary[][2] = {{.1, 1.98}, {.141, 1.98}, {.2, 2.79}, {.3, 4.15}, {.5, 6.82}, {1, 13.1}, {15, 0}};
    for (const auto& [constant, beta] : boundary) {
        problem.inverse_lipschitz = constant;
        EXPECT_NEAR(linear_vae::boundary_kl_weight(problem), beta, 0.01 * beta);
    }
    Payload noisy = problem_at(100, 1, 1, 1, .1, 100);
    EXPECT_NEAR(linear_vae::superfluous_kl_weight(noisy), 1.0, 1e-9);
    noisy.dynamics = Dynamics::flow_noise;
    noisy.learning_rate = 0.2;
    EXPECT_NEAR(linear_vae::superfluous_kl_weight(noisy), 1.05, 0.005);
    noisy.learning_rate = 0.8;
    EXPECT_NEAR(linear_vae::superfluous_kl_weight(noisy), 1.21, 0.005);
    noisy.weight_decay = 0.5;
    EXPECT_NEAR(linear_vae::stable_collapse_kl_weight(noisy), (4.0 / 1.5 - 0.5) / 2.0, 1e-12);
}

TEST(LinearVaeTheory, TheAlignedOptimum) {
    Payload problem = problem_at(100, 1.5, .5, .3, .1, 100);
    problem.latent = 3;
    problem.signal = 2;
    const auto directions = linear_vae::aligned_optimum(problem);
    ASSERT_EQ(directions.size(), 3u);
    EXPECT_DOUBLE_EQ(directions[0].squared, 1.7);
    EXPECT_DOUBLE_EQ(directions[0].activity, 1.0 - .3 / 2.0);
    EXPECT_DOUBLE_EQ(directions[2].squared, .2);
    EXPECT_DOUBLE_EQ(directions[2].encoder_variance, .6);
}

// Weight decay: the rates of m, d and D of one latent that lies on the eigenvector of eigenvalue v, as POSTERIOR part A
// writes them, followed to rest by Euler steps; and the least loss of a sample.
struct OneLatent {
    double v, beta, lam, stretch;
    double s = 0.0, g = 0.0, d = 1.0;
    void follow(double decoder) {
        s = std::max(decoder, stretch);
        d = beta / (s * s + beta);
        g = s / (s * s + beta + lam / v);
        constexpr double step = 2e-3;
        for (int i = 0; i < 1'000'000; ++i) {
            const double ds = v * g - v * g * g * s - (d + lam) * s;
            const double dg = v * (s - (s * s + beta) * g) - lam * g, dd = -0.5 * (s * s + beta - beta / d);
            s = std::max(s + step * ds, stretch), g += step * dg, d += step * dd;
        }
    }
    double loss() const {
        return 0.5 * (v * (1.0 - s * g) * (1.0 - s * g) + d * s * s + lam * (s * s + g * g) +
                      beta * (v * g * g + d - 1.0 - std::log(d)));
    }
};

TEST(LinearVaeTheory, WeightDecayAgainstItsFlow) {
    // eigenvalue, KL weight, weight decay, L: active, collapsed, stretched, and three with two stable states (v^2
    // between lam (1 + lam) and 2 lam (1 + lam)^2 / (1 + 2 lam))
    const double cases[][4] = {{2, 1, .2, 0},   {2, 1.3, .2, 0},   {2, 1.6, .2, 0},   {.5, .1, .1, 0},
                               {2, 3, .2, .5},  {2, 1.9, .2, .25}, {.52, .07, .2, 0}, {.52, .105, .2, 0},
                               {1.5, .1, 1, 0}, {.55, .15, .2, 0}};
    int active = 0, two = 0;
    for (const auto& [v, beta, lam, stretch] : cases) {
        Payload problem = problem_at(100, v - .02, .02, beta, .1, 100);
        problem.weight_decay = lam;
        problem.inverse_lipschitz = stretch;
        OneLatent low = {v, beta, lam, stretch}, high = low;
        low.follow(1e-3);
        high.follow(1.0);
        const OneLatent& best = high.loss() < low.loss() - 1e-12 ? high : low;
        active += best.s > .1;
        two += high.s > low.s + .01;
        const linear_vae::AlignedDirection found = linear_vae::latent_on(problem, v);
        EXPECT_NEAR(found.squared, best.s * best.s, 1e-6) << v << " " << beta << " " << lam;
        EXPECT_NEAR(found.gain * std::sqrt(found.squared), best.g * best.s, 1e-6);
        EXPECT_NEAR(found.encoder_variance, best.d, 1e-6);
        EXPECT_NEAR(linear_vae::most_learned(problem, v).squared, high.s * high.s, 1e-6) << v << " " << beta;
    }
    EXPECT_GE(active, 5);
    EXPECT_EQ(two, 3);
}

TEST(LinearVaeTheory, WeightDecayMovesTheBoundary) {
    Payload problem = problem_at(200, 1, 1, 1.3, .1, 2000);
    problem.weight_decay = .2;
    EXPECT_NEAR(linear_vae::boundary_kl_weight(problem), 1.5505, 1e-3);  // `threshold --over kl-weight` of 50 members
    // larger eigenvalue of [[-(1 + lam), a], [a, -(a beta + lam)]]
    const double one = -1.2, two = -(2.0 * 1.3 + .2);
    EXPECT_NEAR(linear_vae::plateau_rate(problem), .5 * (one + two + std::hypot(one - two, 4.0)), 1e-12);
    problem.kl_weight.end = linear_vae::stable_collapse_kl_weight(problem);
    EXPECT_NEAR(linear_vae::plateau_rate(problem), 0.0, 1e-12);
    EXPECT_FALSE(linear_vae::learns_noise(problem));
    problem.kl_weight.end = linear_vae::superfluous_kl_weight(problem) * (1.0 - 1e-9);
    EXPECT_TRUE(linear_vae::learns_noise(problem));
    problem.kl_weight.end *= 1.0 + 2e-9;
    EXPECT_FALSE(linear_vae::learns_noise(problem));
    // discontinuous: until the active state ceases to exist, beyond where the collapsed one becomes stable
    problem.signal_variance = .52, problem.noise_variance = 0.0;
    EXPECT_NEAR(linear_vae::stable_collapse_kl_weight(problem), (.52 * .52 / 1.2 - .2) / .52, 1e-12);
    const double edge = linear_vae::boundary_kl_weight(problem);
    problem.kl_weight.end = edge * (1.0 - 1e-6);
    EXPECT_GT(linear_vae::most_learned(problem, .52).activity, .1);
    problem.kl_weight.end = edge * (1.0 + 1e-6);
    EXPECT_EQ(linear_vae::most_learned(problem, .52).activity, 0.0);
    problem.signal_variance = problem.noise_variance = 1.0;
    // to no weight decay the closed boundary is the limit, with and without an inverse-Lipschitz constant
    for (const double stretch : {0.0, .1, .2, .3, 1.0}) {
        problem.inverse_lipschitz = stretch;
        problem.weight_decay = 0.0;
        const double without = linear_vae::boundary_kl_weight(problem);
        problem.weight_decay = 1e-10;
        EXPECT_NEAR(linear_vae::boundary_kl_weight(problem), without, 1e-7 * without) << stretch;
    }
}

// M = 3, M* = 2: nothing learned, ..., all learned, and the rates at which the saddles are left, each of a plateau: none
// learned; a signal beside a latent that lies on noise.
TEST(LinearVaeTheory, FixedPoints) {
    Payload problem = problem_at(100, 1, 1, .5, .1, 100);
    problem.latent = 3;
    problem.signal = 2;
    const auto points = linear_vae::fixed_points(problem);
    ASSERT_EQ(points.size(), 9u);
    Payload single = problem;
    single.latent = single.signal = 1;
    EXPECT_DOUBLE_EQ(points.front().escape_rate, linear_vae::plateau_rate(single));
    for (const linear_vae::FixedPoint& point : points) {
        const bool best = point.signals == 2 && point.noises == 1;
        EXPECT_EQ(point.escape_rate > 1e-12, !best) << point.signals << " " << point.noises;
    }
    EXPECT_NEAR(points[3].escape_rate, .5 * (-3.0 + std::sqrt(17.0)), 1e-12);  // [[-1, 2], [2, -2]]
    problem.kl_weight.end = 1.5;                                               // noise is not learned
    EXPECT_EQ(linear_vae::fixed_points(problem).size(), 3u);
    problem.kl_weight.end = 4.0;
    ASSERT_EQ(linear_vae::fixed_points(problem).size(), 1u);
    EXPECT_LT(linear_vae::fixed_points(problem)[0].escape_rate, 0.0);
    problem.inverse_lipschitz = .3;  // all are stretched
    EXPECT_EQ(linear_vae::fixed_points(problem).size(), 3u);
    problem.weight_decay = .1;
    EXPECT_THROW(linear_vae::fixed_points(problem), std::domain_error);
}

TEST(LinearVaeTheory, TheBestWarmUp) {
    Payload problem = problem_at(200, 1, 1, 1, .1, 200);
    const linear_vae::BestWarmUp found = linear_vae::best_warm_up(problem, 0.3, 100.0, 1, 15, 2);
    EXPECT_NE(found.status, linear_vae::BestWarmUp::Status::never);
    EXPECT_LE(found.best.median_time, found.without);
    for (const linear_vae::WarmUp& other : found.tried) EXPECT_LE(found.best.median_time, other.median_time);
    problem.horizon = 1.0;
    EXPECT_EQ(linear_vae::best_warm_up(problem, 0.3, 100.0, 1, 5, 2).status, linear_vae::BestWarmUp::Status::never);
}

// Every neighbour of what is allowed is refused, by the option's name, the value and the range.
TEST(LinearVaeTheory, RefusesWhatIsOutOfRange) {
    struct Refusal {
        const char* words;  // of the message
        std::function<void(Payload&)> change;
    };
    const auto geometric = [](Payload& p) { p.kl_weight.annealing = Annealing::geometric; };
    const Refusal refusals[] = {
        {"signal-variance = -1 (allowed: 0 to 1e6)", [](Payload& p) { p.signal_variance = -1.0; }},
        {"noise-variance = -0.5", [](Payload& p) { p.noise_variance = -0.5; }},
        {"noise-variance = nan", [](Payload& p) { p.noise_variance = std::nan(""); }},
        {"signal-variance = 0 with noise-variance = 0", [](Payload& p) { p.signal_variance = p.noise_variance = 0.0; }},
        {"signal-dimension = 5 (allowed: at most the dimension, 4)",
         [](Payload& p) { p.dimension = 4.0, p.signal = 5; }},
        {"dimension = 4 (allowed: 2 latent-dimension + signal-dimension = 5 or more",
         [](Payload& p) { p.dimension = 4.0, p.latent = 2; }},
        {"dimension = 10.5", [](Payload& p) { p.dimension = 10.5; }},
        {"dimension = 2e+09", [](Payload& p) { p.dimension = 2e9; }},
        {"latent-dimension = 17", [](Payload& p) { p.latent = 17; }},
        {"latent-dimension = 0", [](Payload& p) { p.latent = 0; }},
        {"signal-dimension = 0", [](Payload& p) { p.signal = 0; }},
        {"kl-weight = 0 (allowed: 1e-6 to 1e6)", [](Payload& p) { p.kl_weight.end = 0.0; }},
        {"initial-kl-weight = 0 with annealing = geometric", geometric},
        {"initial-kl-weight = 3",
         [](Payload& p) { p.kl_weight.annealing = Annealing::linear, p.kl_weight.initial = 3.0; }},
        {"annealing-time = 0", [](Payload& p) { p.kl_weight.annealing = Annealing::tanh, p.kl_weight.time = 0.0; }},
        {"cycle-time = -1", [](Payload& p) { p.kl_weight.annealing = Annealing::cyclical, p.kl_weight.time = -1.0; }},
        {"cycle-share = 0", [](Payload& p) { p.kl_weight.annealing = Annealing::cyclical, p.kl_weight.share = 0.0; }},
        {"weight-decay = -0.1", [](Payload& p) { p.weight_decay = -0.1; }},
        {"encoder-variance-rate = 0", [](Payload& p) { p.encoder_variance_rate = 0.0; }},
        {"start-scale = 0", [](Payload& p) { p.start_scale = 0.0; }},
        {"horizon = 0", [](Payload& p) { p.horizon = 0.0; }},
        {"inverse-lipschitz = -0.1 (allowed: 0 to 1000)", [](Payload& p) { p.inverse_lipschitz = -0.1; }},
        {"activity-floor = 0", [](Payload& p) { p.activity_floor = 0.0; }},
        {"capture-share = 1", [](Payload& p) { p.capture_share = 1.0; }},
        {"learning-rate = 0", [](Payload& p) { p.dynamics = Dynamics::flow_noise, p.learning_rate = 0.0; }},
        {"batch-size = 0", [](Payload& p) { p.dynamics = Dynamics::sgd, p.batch = 0; }},
        {"dimension N = 1e+09 and horizon T = 1000",
         [](Payload& p) { p.dynamics = Dynamics::sgd, p.dimension = 1e9, p.horizon = 1000.0, p.batch = 1000; }},
        {"horizon = 1e-05: less than a step",
         [](Payload& p) { p.dynamics = Dynamics::sgd, p.horizon = 1e-5, p.dimension = 100; }},
        {"sgd-full with dimension = 1e+09",
         [](Payload& p) { p.dynamics = Dynamics::sgd_full, p.dimension = 1e9, p.horizon = 1e-6; }},
    };
    EXPECT_NO_THROW(linear_vae::checked(Payload()));
    for (const Refusal& refusal : refusals) {
        Payload problem;
        refusal.change(problem);
        try {
            linear_vae::checked(problem);
            ADD_FAILURE() << "not refused: " << refusal.words;
        } catch (const std::domain_error& error) {
            EXPECT_NE(std::string(error.what()).find(refusal.words), std::string::npos)
                << error.what() << " for " << refusal.words;
        }
    }
    Payload sgd;
    sgd.dynamics = Dynamics::sgd;
    sgd.dimension = 300;
    sgd.horizon = 30;
    EXPECT_EQ(linear_vae::checked(sgd).steps, 90000u);
}

}  // namespace
}  // namespace modecollapse
