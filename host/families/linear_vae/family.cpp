#include "host/families/linear_vae/family.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/linear_vae/ensemble.hpp"
#include "host/families/linear_vae/point_theory.hpp"
#include "host/families/linear_vae/theory.hpp"
#include "host/families/share_facts.hpp"
#include "host/families/words.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<LinearVaeEnsemble>(settings); }

// "rho = 1, eta = 1, N = 1000, ...": the options that say what is trained, but those `without`.
std::string describe(const Settings& settings, const std::vector<std::string>& without) {
    const std::pair<const char*, const char*> symbols[] = {
        {"signal-variance", "rho"}, {"noise-variance", "eta"}, {"dimension", "N"},         {"latent-dimension", "M"},
        {"signal-dimension", "M*"}, {"kl-weight", "beta"},     {"inverse-lipschitz", "L"}, {"horizon", "T"}};
    std::string text;
    for (const auto& [name, symbol] : symbols)
        if (std::find(without.begin(), without.end(), name) == without.end())
            text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", symbol, settings.text(name));
    if (!settings.is("annealing", "constant") && settings.has("annealing"))
        text += ", annealing " + settings.text("annealing");
    return text + "; " + settings.text("dynamics");
}

// The other reading beside P(collapsed): no signal direction is captured, whatever else is active.
std::vector<Fact> facts(const Settings& settings, unsigned command, const Tally* tally) {
    if (!tally || command != probability_command) return {};
    const Schema schema = linear_vae_schema(settings);
    const auto of_bin = [&](std::size_t histogram) {
        TrialCounts trials = trials_of(schema, *tally);
        trials.successes = tally->counts[first_bin(schema, histogram)];
        return trials;
    };
    std::vector<Fact> facts;
    add_share(facts, "p_collapsed", "no latent direction is active", of_bin(0));
    add_share(facts, "p_signal_lost", "no signal direction is captured", of_bin(1));
    return facts;
}

}  // namespace

const Family& linear_vae_family() {
    static const Family family = [] {
        Family f = {"linear-vae",
                    "a linear variational autoencoder trained from a random start",
                    "trajectory",
                    "trajectories",
                    member_commands | theory_command,
                    &linear_vae_options(),
                    linear_vae_schema,
                    make,
                    check_linear_vae};
        f.theory = &linear_vae_theory();
        f.cuda = OnCuda::when_asked;
        f.made_of = "linear variational autoencoders";
        f.searched = "kl-weight";
        f.title_of_series = "Linear VAEs over time";
        f.time_of = "theta = learning rate x steps / N";
        f.at_a_point = &point_theory_of_linear_vae();
        f.describe = describe;
        f.facts = facts;
        f.remedy = remedy_of_dynamics;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
