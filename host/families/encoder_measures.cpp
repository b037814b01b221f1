#include "host/families/encoder_measures.hpp"

#include "host/families/share_facts.hpp"

namespace modecollapse {

Schema schema_of_trained_encoder(std::uint32_t latent, std::uint64_t exact_data) {
    Schema schema;
    for (int i = 0; i < vae::outcome_count; ++i) {
        const auto outcome = static_cast<vae::Outcome>(i);
        schema.classes.push_back({vae::outcome_names[i], outcome == vae::Outcome::collapsed ? OutcomeClass::collapse
                                                         : outcome == vae::Outcome::failed  ? OutcomeClass::failure
                                                                                            : OutcomeClass::other});
    }
    const int directions = static_cast<int>(latent) + 1;
    schema.histograms = {{active_directions.name, directions, active_directions.long_name}};
    schema.events = {{"steps", "steps made in this run, by all trainings"}};
    if (exact_data == 0) return schema;
    schema.histograms.push_back(
        {"posterior_active_directions", directions, "latent directions that are active by the exact posterior"});
    schema.events.push_back({"posterior_collapses",
                             "trainings whose decoder's exact posterior has collapsed, whatever the encoder does",
                             Events::one});
    schema.events.push_back(
        {"posterior_failures", "trainings that failed, or whose exact posterior is not known", Events::one});
    return schema;
}

MemberEnd end_of_trained_encoder(std::uint8_t outcome, double active, std::uint64_t made, std::uint64_t exact_data,
                                 vae::Outcome exact, double exact_active) {
    MemberEnd end = {outcome, {-1}, {static_cast<std::int64_t>(made)}};
    if (end.outcome != static_cast<int>(vae::Outcome::failed)) end.bins = {static_cast<int>(active)};
    if (exact_data == 0) return end;
    end.bins.push_back(exact == vae::Outcome::failed ? -1 : static_cast<int>(exact_active));
    end.events.push_back(exact == vae::Outcome::collapsed ? 1 : 0);
    end.events.push_back(exact == vae::Outcome::failed ? 1 : 0);
    return end;
}

void add_posterior_collapse(std::vector<Fact>& facts, const Schema& schema, const Tally& tally) {
    TrialCounts trials = trials_of(schema, tally);
    trials.successes = tally.counts[event_at(schema, 1)];
    trials.failed = tally.counts[event_at(schema, 2)];
    add_share(facts, "p_posterior_collapse", "the exact posterior of the decoder has collapsed", trials);
}

}  // namespace modecollapse
