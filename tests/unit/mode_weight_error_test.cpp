// The mode-weight error (COMPONENTS: (1/2) sum_k |w*_k - q_k|, q_k = E_q[responsibility of mode k of p]) against the
// responsibilities themselves, and what ensembles say of it against their trajectories followed to the end without traps.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "host/expectation/fast_expectation.hpp"
#include "host/families/family.hpp"
#include "host/options/configuration.hpp"
#include "modecollapse/mixture/mode_shares.hpp"

namespace modecollapse {
namespace {

using Given = std::map<std::string, std::string>;

Settings settings_of(const Given& given) {
    std::map<std::string, GivenValue> values;
    for (const auto& [name, text] : given) values[name] = {text, "--" + name};
    return Configuration(probability_command, "a command", values).settings();
}

Backend cpu(int threads) {
    BackendOptions options;
    options.backend = BackendChoice::cpu;
    options.threads = threads;
    return choose_backend(options);
}

// E of the responsibility of the mode at +mu* under N(mu, I), m = <mu, mu*> / R^2, by the trapezoidal rule.
double responsibility(double radius, double target_weight, double m) {
    double sum = 0.0;
    constexpr int steps = 4000;
    constexpr double reach = 9.0, step = 2.0 * reach / steps;
    for (int i = 0; i <= steps; ++i) {
        const double z = -reach + step * i, x = radius * m + z;  // along mu*
        const double plus = target_weight * std::exp(-0.5 * (x - radius) * (x - radius));
        const double minus = (1.0 - target_weight) * std::exp(-0.5 * (x + radius) * (x + radius));
        sum += step * std::exp(-0.5 * z * z) / std::sqrt(2.0 * M_PI) * plus / (plus + minus);
    }
    return sum;
}

double error_of(double radius, double target_weight, double m1, double m2, double w1) {
    const double plus =
        w1 * responsibility(radius, target_weight, m1) + (1.0 - w1) * responsibility(radius, target_weight, m2);
    return 0.5 * (std::fabs(target_weight - plus) + std::fabs((1.0 - target_weight) - (1.0 - plus)));
}

TEST(EntropicCoverage, OfSharesBeyondOneIsNone) {
    EXPECT_EQ(entropic_coverage_at(0.5), 1.0);
    for (const double share : {-1e-11, 0.0, 1.0, 1.0 + 1e-11}) EXPECT_EQ(entropic_coverage_at(share), 0.0) << share;
    EXPECT_GT(entropic_coverage_at(1.0 - 1e-11), 0.0);
}

TEST(ModeWeightError, IsThatOfTheResponsibilities) {
    for (const double radius : {0.5, 1.5, 3.0})
        for (const double target_weight : {0.5, 2.0 / 3.0, 0.95}) {
            const FastExpectations t = build_fast_expectations(radius, target_weight, 0.5);
            for (const double m1 : {-0.9, 0.1, 1.0})
                for (const double w1 : {0.0, 0.3, 1.0}) {
                    const double m2 = -0.4, exact = error_of(radius, target_weight, m1, m2, w1);
                    const MixtureEnd end = {target_weight, {w1, 1.0 - w1}, t.attraction(m1), t.attraction(m2)};
                    EXPECT_NEAR(mode_weight_error(end), exact, 1e-9);
                    const MixtureEnd exchanged = {target_weight, {1.0 - w1, w1}, end.attraction1, end.attraction2};
                    EXPECT_GT(std::fabs(mode_weight_error(exchanged) - exact), 1e-4);  // the twin
                    const double plus = w1 * responsibility(radius, target_weight, m1) +
                                        (1.0 - w1) * responsibility(radius, target_weight, m2);
                    const double entropy = -(plus * std::log2(plus) + (1.0 - plus) * std::log2(1.0 - plus));
                    EXPECT_NEAR(entropic_mode_coverage(end), entropy, 1e-7);
                    EXPECT_GT(std::fabs(entropic_mode_coverage(exchanged) - entropy), 1e-7);
                }
        }
}

// What a trap has decided is measured where it goes: at a late time.
constexpr double late = 4000.0;

struct Case {
    Given given;
    double end;  // the horizon, if there is one
};
std::vector<Case> cases() {
    return {{{{"radius", "1.5"}, {"weight", "0.6"}}, late},
            {{{"radius", "1.2"}, {"target-weight", "0.7"}}, late},
            {{{"radius", "0.6"}}, late},
            {{{"radius", "2"}, {"horizon", "60"}}, 60.0},
            {{{"weights", "softmax"}, {"radius", "1.7"}}, 200.0},
            {{{"weights", "simplex"}, {"radius", "1.5"}, {"target-weight", "0.9"}}, 200.0},
            {{{"initial-temperature", "4"}, {"annealing-time", "2"}, {"weights", "fisher-rao"}}, 200.0},
            {{{"dynamics", "sgd"}, {"batch-size", "20"}, {"horizon", "10"}}, 10.0},
            {{{"dynamics", "sde"}, {"horizon", "10"}, {"weights", "softmax"}}, 10.0}};
}

TEST(ModeWeightError, OfAnEnsembleIsTheMeanOverItsTrajectories) {
    constexpr std::uint64_t members = 40;
    for (const Case& one : cases()) {
        const Settings settings = settings_of(one.given);
        const Family& family = family_named("mixture");
        const auto ensemble = family.make(settings);
        const Schema schema = family.schema(settings);
        const Tally tally = ensemble->run({7, {0, members}}, cpu(1), {}).front();
        std::size_t at = 0;
        while (std::string(schema.quantities[at].name) != "mode_weight_error") ++at;
        ASSERT_EQ(tally.counts[measured_at(schema, at)], static_cast<std::int64_t>(members));
        SeriesRequest request = {7, {}, {one.end}};
        const bool has_traps = !settings.is("dynamics", "sgd") && !settings.is("dynamics", "sde");
        if (has_traps && one.end < late) request.times.push_back(late);
        const std::size_t times = request.times.size();
        for (std::uint64_t id = 0; id < members; ++id) request.ids.push_back(id);
        const Series series = ensemble->follow(request, cpu(1));
        const double radius = settings.number("radius"), target_weight = settings.number("target-weight");
        double sum = 0.0, squares = 0.0;
        for (std::uint64_t id = 0; id < members; ++id) {
            const bool trapped = series.member_values[id] < one.end;
            const std::size_t time = trapped ? times - 1 : 0;
            const double* const y = &series.values[(id * times + time) * series.monitors.size()];
            const double x = error_of(radius, target_weight, y[0], y[1], y[3]);
            sum += x;
            squares += x * x;
        }
        const MeanOfSums mean = mean_of(schema, tally, at);
        EXPECT_NEAR(mean.mean, sum / members, 1e-4) << one.given.begin()->second;
        EXPECT_NEAR(tally.sums[2 * at + 1], squares, 1e-4 * members);
    }
}

TEST(ModeWeightError, IsTheSameForAnyThreads) {
    for (const Case& one : cases()) {
        const auto ensemble = family_named("mixture").make(settings_of(one.given));
        const Ids ids = {7, {3, 1100}};
        const Tally a = ensemble->run(ids, cpu(1), {}).front(), b = ensemble->run(ids, cpu(3), {}).front();
        EXPECT_EQ(a.counts, b.counts);
        EXPECT_EQ(std::memcmp(a.sums.data(), b.sums.data(), a.sums.size() * sizeof(double)), 0);
    }
}

}  // namespace
}  // namespace modecollapse
