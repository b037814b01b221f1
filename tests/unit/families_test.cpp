// The seam of a family: an ensemble made from settings counts what the engine counts, in whatever parts.
#include "host/families/family.hpp"

#include <gtest/gtest.h>

#include "host/families/mixture/options.hpp"
#include "host/options/configuration.hpp"

namespace {

using namespace modecollapse;

Settings settings_of(const std::map<std::string, std::string>& given) {
    std::map<std::string, GivenValue> values;
    for (const auto& [name, text] : given) values[name] = {text, "--" + name};
    return Configuration(probability_command, "probability", values).settings();
}

Tally sum_of(const std::vector<Tally>& parts) {
    Tally sum = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) sum += parts[i];
    return sum;
}

Backend cpu() {
    BackendOptions options;
    options.backend = BackendChoice::cpu;
    options.threads = 2;
    return choose_backend(options);
}

TEST(FamilySeam, MixtureCountsWhatTheEngineCounts) {
    const Settings settings = settings_of({{"radius", "2"}, {"dimension", "20"}, {"seed", "7"}});
    const Family& family = family_named("mixture");
    const auto ensemble = family.make(settings);
    const Tally sum = sum_of(ensemble->run({7, {0, 100, 333, 1500}}, cpu(), {}));
    const MixtureRun run = mixture_run(settings);
    const OutcomeCounts counts = run_ensemble(MixtureSetup(run.target, run.settings), {20.0, 7, 0, 1500}, cpu());
    for (int i = 0; i < outcome_count; ++i) EXPECT_EQ(sum.counts[static_cast<std::size_t>(i)], counts.count[i]) << i;
    const Schema schema = family.schema(settings);
    EXPECT_EQ(sum.counts[event_at(schema, 0)], counts.attempts);
    EXPECT_EQ(trials_of(schema, sum).successes, collapsed_of(counts));
    const Tally twin = sum_of(ensemble->run({8, {0, 1500}}, cpu(), {}));  // of another seed
    EXPECT_NE(sum.counts, twin.counts);
}

TEST(FamilySeam, PartsOfRecordedMembersAddUp) {
    const std::map<std::string, std::string> sgd = {
        {"dynamics", "sgd"}, {"horizon", "1"}, {"batch-size", "4"}, {"dimension", "5"}, {"weights", "softmax"}};
    const std::map<std::string, std::string> trained = {
        {"family", "realnvp"}, {"dimension", "2"},          {"horizon", "3"}, {"layers", "2"}, {"width", "4"},
        {"depth", "1"},        {"evaluation-samples", "50"}};
    for (const auto& given : {sgd, trained}) {
        const Settings settings = settings_of(given);
        const Family& family = family_named(settings.text("family"));
        const auto ensemble = family.make(settings);
        const Schema schema = family.schema(settings);
        const Tally whole = sum_of(ensemble->run({3, {0, 24}}, cpu(), {}));
        const std::vector<Tally> parts = ensemble->run({3, {0, 8, 24}}, cpu(), {});
        EXPECT_EQ(parts.size(), 2u);
        EXPECT_EQ(total_of(schema, parts[0]), 8);
        EXPECT_EQ(sum_of(parts).counts, whole.counts);
        EXPECT_GT(whole.counts[event_at(schema, 0)], 0);
        EXPECT_GT(ensemble->work_of_a_member(), 0.0);
        for (std::size_t q = 0; q < schema.quantities.size(); ++q) EXPECT_GT(mean_of(schema, whole, q).mean, 0.0);
    }
}

TEST(FamilySeam, ANameIsTakenOnce) {
    EXPECT_THROW(register_family(family_named("mixture")), std::invalid_argument);
    EXPECT_THROW(family_named("nobody"), std::domain_error);
}

}  // namespace
