// The linear VAE behind the seam of a family: what it counts is what the engine counts, in whatever parts and on however
// many threads; what it follows ends as the ensemble does.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "host/families/linear_vae/ensemble.hpp"
#include "host/families/theory.hpp"
#include "host/options/configuration.hpp"
#include "host/run/watch.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using Given = std::map<std::string, std::string>;

Settings settings_of(const Given& given, Command command = probability_command) {
    std::map<std::string, GivenValue> values = {{"family", {"linear-vae", "--family linear-vae"}}};
    for (const auto& [name, text] : given) values[name] = {text, "--" + name};
    return Configuration(command, "a command", values).settings();
}

Backend cpu(int threads) {
    BackendOptions options;
    options.backend = BackendChoice::cpu;
    options.threads = threads;
    return choose_backend(options);
}

const Family& family() { return family_named("linear-vae"); }

std::vector<Given> cases() {
    return {{{"kl-weight", "1.7"}, {"dimension", "300"}, {"horizon", "30"}},
            {{"latent-dimension", "3"}, {"signal-dimension", "2"}, {"kl-weight", "0.5"}, {"horizon", "8"}},
            {{"annealing", "cyclical"}, {"cycle-time", "3"}, {"horizon", "10"}, {"dynamics", "flow-noise"}},
            {{"dynamics", "sgd"}, {"dimension", "20"}, {"horizon", "1"}, {"batch-size", "3"}},
            {{"dynamics", "sgd-full"}, {"dimension", "20"}, {"horizon", "1"}, {"inverse-lipschitz", "0.4"}}};
}

bool same(const Tally& a, const Tally& b) {
    return a.counts == b.counts && std::memcmp(a.sums.data(), b.sums.data(), a.sums.size() * sizeof(double)) == 0;
}

TEST(LinearVaeFamily, CountsWhatTheEngineCounts) {
    for (const Given& given : cases()) {
        const Settings settings = settings_of(given);
        const Schema schema = family().schema(settings);
        const Tally tally = family().make(settings)->run({7, {5, 205}}, cpu(2), {}).front();
        const linear_vae::Payload problem = linear_vae_payload(settings);
        const linear_vae::Tally counts = support::run_vaes(problem, 7, 5, 200, {1, "baseline"}).tally;
        for (std::size_t i = 0; i < linear_vae::outcome_count; ++i) EXPECT_EQ(tally.counts[i], counts.outcome[i]);
        const std::size_t active = first_bin(schema, 0), captured = first_bin(schema, 1);
        for (std::size_t k = active; k < captured; ++k) EXPECT_EQ(tally.counts[k], counts.active[k - active]);
        for (std::size_t k = captured; k < event_at(schema, 0); ++k)
            EXPECT_EQ(tally.counts[k], counts.captured[k - captured]);
        EXPECT_EQ(tally.counts[event_at(schema, 0)], counts.attempts);
        for (std::size_t q = 0; q < schema.quantities.size(); ++q)
            EXPECT_NEAR(mean_of(schema, tally, q).mean, counts.sum[q] / 200.0, 1e-12) << schema.quantities[q].name;
    }
}

// The other reading: with noise that is active, the signal may be lost where nothing has collapsed.
TEST(LinearVaeFamily, CountsTheLossOfTheSignal) {
    Given given = {{"noise-variance", "2"}, {"kl-weight", "1.7"}, {"dimension", "300"}, {"horizon", "10"}};
    const Schema schema = family().schema(settings_of(given));
    const Tally collapse = family().make(settings_of(given))->run({1, {0, 500}}, cpu(2), {}).front();
    given["of"] = "signal-lost";
    EXPECT_STREQ(family().schema(settings_of(given)).classes.front().name, "signal_lost");
    const Tally lost = family().make(settings_of(given))->run({1, {0, 500}}, cpu(2), {}).front();
    EXPECT_EQ(trials_of(schema, lost).successes, collapse.counts[first_bin(schema, 1)]);
    EXPECT_GT(trials_of(schema, lost).successes, trials_of(schema, collapse).successes);
    EXPECT_EQ(trials_of(schema, collapse).successes, collapse.counts[first_bin(schema, 0)]);
    EXPECT_EQ(total_of(schema, lost), 500);
}

TEST(LinearVaeFamily, PartsAndThreadsDoNotMatter) {
    for (const Given& given : cases()) {
        const auto ensemble = family().make(settings_of(given));
        const std::vector<Tally> parts = ensemble->run({3, {0, 8, 1024, 1100}}, cpu(2), {});
        ASSERT_EQ(parts.size(), 3u);
        for (std::size_t k = 0; k < 3; ++k) {
            const std::uint64_t edges[] = {0, 8, 1024, 1100};
            EXPECT_TRUE(same(parts[k], ensemble->run({3, {edges[k], edges[k + 1]}}, cpu(1), {}).front())) << k;
        }
        const Tally twin = ensemble->run({4, {0, 8}}, cpu(2), {}).front();  // of another seed
        EXPECT_FALSE(same(parts[0], twin));
    }
}

TEST(LinearVaeFamily, WhatIsFollowedEndsAsInTheEnsemble) {
    for (const Given& given : cases()) {
        const Settings settings = settings_of(given);
        const auto ensemble = family().make(settings);
        const double horizon = settings.number("horizon");
        const Series series = ensemble->follow({3, {4, 5, 11}, {0.0, 0.5 * horizon, horizon}}, cpu(2));
        const support::VaeEnsemble engine =
            support::run_vaes(linear_vae_payload(settings), 3, 0, 12, {1, best_cpu_isa()});
        const std::size_t columns = series.monitors.size();
        ASSERT_EQ(series.values.size(), 9 * columns);
        const std::uint64_t ids[] = {4, 5, 11};
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(series.outcomes[i], static_cast<std::uint8_t>(engine.ending[ids[i]].outcome));
            const double* end = series.values.data() + (3 * i + 2) * columns;
            EXPECT_EQ(end[1], engine.ending[ids[i]].active);
            EXPECT_EQ(end[3], engine.quantities[ids[i]].kl);
            EXPECT_EQ(end[7], engine.state[ids[i] * (columns - 7)]);  // m
        }
    }
    EXPECT_THROW(family().make(settings_of({{"horizon", "2"}}))->follow({3, {0}, {2.5}}, cpu(1)), std::domain_error);
}

TEST(LinearVaeFamily, AStoppedRunKeepsItsFirstMembersOnly) {
    const auto ensemble = family().make(settings_of({{"dynamics", "sgd"}, {"dimension", "20"}, {"horizon", "5"}}));
    RunWatch watch;
    watch.ask_to_stop(0.0, 0.3);
    const WatchScope scope(&watch);
    RunControl control;
    control.when_given_up = WhenGivenUp::keeps_the_first;
    const Schema schema = family().schema(settings_of({}));
    const Tally some = ensemble->run({1, {0, 1000000}}, cpu(1), control).front();
    const std::int64_t done = total_of(schema, some);
    EXPECT_GT(done, 0);
    EXPECT_LT(done, 1000000);
    EXPECT_THROW(ensemble->run({1, {0, 1000000}}, cpu(1), {}), Interrupted);
}

TEST(LinearVaeFamily, RefusesWhatDoesNotGoTogether) {
    const std::vector<Given> bad = {{{"signal-dimension", "16"}, {"dimension", "10"}},
                                    {{"latent-dimension", "4"}, {"dimension", "8"}},
                                    {{"latent-dimension", "2"}, {"dimension", "4"}},
                                    {{"signal-variance", "0"}, {"noise-variance", "0"}},
                                    {{"annealing", "tanh"}},
                                    {{"annealing", "cyclical"}, {"annealing-time", "3"}},
                                    {{"annealing", "geometric"}, {"annealing-time", "3"}},
                                    {{"annealing", "linear"}, {"annealing-time", "3"}, {"initial-kl-weight", "2"}},
                                    {{"dynamics", "sgd"}, {"dimension", "1e9"}, {"horizon", "1000"}},
                                    {{"dynamics", "sgd-full"}, {"dimension", "1e9"}, {"horizon", "1000"}},
                                    {{"dynamics", "sgd"}, {"dimension", "3"}, {"horizon", "0.01"}}};
    for (const Given& given : bad) EXPECT_THROW(family().make(settings_of(given)), std::domain_error);
    EXPECT_NO_THROW(family().make(settings_of({{"latent-dimension", "2"}, {"dimension", "5"}})));
}

double fact_of(const TheoryTables& tables, const std::string& name) {
    for (const TheoryFact& fact : tables.facts)
        if (name == fact.quantity.name) return fact.value;
    ADD_FAILURE() << name;
    return 0.0;
}

// Known answers of POSTERIOR part A, rho = eta = 1, s0 = .1, f = .01.
TEST(LinearVaeFamily, TellsItsTheory) {
    const TheoryTables tables = family().theory->tables(settings_of({{"kl-weight", "1.9"},
                                                                     {"dimension", "100,1e9"},
                                                                     {"level", "0.5"},
                                                                     {"horizon", "50"},
                                                                     {"warm-up-starts", "5"}},
                                                                    theory_command),
                                                        2);
    EXPECT_NEAR(fact_of(tables, "plateau_rate"), .0413, 5e-5);
    EXPECT_NEAR(fact_of(tables, "boundary_kl_weight"), 1.98, 1e-12);
    EXPECT_NEAR(fact_of(tables, "superfluous_kl_weight"), 1.0, 1e-9);
    const std::vector<TheoryList::Column>& rows = tables.lists.front().columns;
    EXPECT_NEAR(rows[2].values[0], 1.849, 5e-4);  // critical KL weights at N = 100 and 1e9
    EXPECT_NEAR(rows[2].values[1], 1.526, 5e-4);
    EXPECT_EQ(rows[3].words, (std::vector<std::string>{"found", "found"}));
    EXPECT_TRUE(tables.note.empty());
    const TheoryList& tried = tables.lists.back();  // of the warm-ups the best is the shortest time
    for (const double time : tried.columns[0].values)
        EXPECT_FALSE(fact_of(tables, "warm_up_median_time") > time);  // NaN: half did not recover
    const TheoryTables other = family().theory->tables(
        settings_of({{"latent-dimension", "3"}, {"inverse-lipschitz", "0.5"}}, theory_command), 1);
    EXPECT_TRUE(std::isnan(other.lists[0].columns[0].values[0]));
    EXPECT_FALSE(other.note.empty());
    EXPECT_NEAR(fact_of(other, "boundary_kl_weight"), 6.82, 5e-3);
    EXPECT_EQ(other.lists[1].axes[0].values.size(), 3u);
}

}  // namespace
}  // namespace modecollapse
