#include "host/families/vae/family.hpp"

#include <cmath>

#include "host/families/encoder_measures.hpp"
#include "host/families/encoder_options.hpp"
#include "host/families/vae/data_options.hpp"
#include "host/families/vae/ensemble.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<VaeEnsemble>(settings); }

// "toy data, s = 2.5, l = 2, brenier decoder, L = 0, beta = 1, T = 2000": but the options `without`.
std::string describe(const Settings& settings, const std::vector<std::string>& without) {
    std::string text = settings.text("data") + " data, " + settings.text("decoder") + " decoder";
    if (settings.text("likelihood") == "bernoulli") text += ", bernoulli likelihood";
    if (names_a_law(settings.text("data"))) text += told_by_symbols(settings, without, {{"data-scale", "s"}});
    return text + told_by_symbols(settings, without,
                                  {{"dimension", "t"},
                                   {"latent-dimension", "l"},
                                   {"clusters", "c"},
                                   {"inverse-lipschitz", "L"},
                                   {"kl-weight", "beta"},
                                   {"horizon", "T"}});
}

// The other reading of collapse, and how often data can be told apart at best.
std::vector<Fact> facts(const Settings& settings, unsigned command, const Tally* tally) {
    std::vector<Fact> facts;
    if (!tally || command != probability_command) return facts;
    const vae::Problem p = problem_with_data(settings);
    if (p.exact_data > 0) add_posterior_collapse(facts, vae_schema(settings), *tally);
    if (p.clusters > 0 && p.data.law == vae::DataLaw::toy)
        facts.push_back({"bayes_accuracy", "largest accuracy that the data allow, Phi(sqrt(50) / s)",
                         0.5 * std::erfc(-5.0 / p.data.scale)});
    return facts;
}

}  // namespace

const Family& vae_family() {
    static const Family family = [] {
        Family f = {"vae",
                    "a variational autoencoder trained from a random start",
                    "training",
                    "trainings",
                    member_commands,
                    &vae_options(),
                    vae_schema,
                    make,
                    check_kl_annealing,
                    "to change that, lower --learning-rate"};
        f.made_of = "variational autoencoders";
        f.searched = "inverse-lipschitz";
        f.steps = {0.0, 0.0, 8, 3};  // every value costs an ensemble of trainings
        f.title_of_series = "Trainings of variational autoencoders over their steps";
        f.time_of = "steps of the training";
        f.describe = describe;
        f.facts = facts;
        f.resolved = resolved_vae;
        f.digest = digest_of_data;
        f.members_files = &files_of_models();
        return f;
    }();
    return family;
}

}  // namespace modecollapse
