#include "host/families/vae/family.hpp"

#include <algorithm>
#include <cmath>

#include "host/families/encoder_measures.hpp"
#include "host/families/encoder_options.hpp"
#include "host/families/trained_family.hpp"
#include "host/families/vae/data_options.hpp"
#include "host/families/vae/ensemble.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<VaeEnsemble>(settings); }

// "toy data, s = 2.5, l = 2, brenier decoder, L = 0, beta = 1, T = 2000": but the options `without`.
std::string describe(const Settings& settings, const std::vector<std::string>& without) {
    const bool turned = settings.is("data", "linear") && settings.is("axes", "random") &&
                        std::find(without.begin(), without.end(), "axes") == without.end();
    std::string text =
        settings.text("data") + (turned ? " data on random axes, " : " data, ") + settings.text("decoder") + " decoder";
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
    const vae::Problem p = vae_run(settings).problem;
    if (p.exact_data > 0) add_posterior_collapse(facts, vae_schema(settings), *tally);
    if (p.clusters > 0 && p.data.law == vae::DataLaw::toy)
        facts.push_back({"bayes_accuracy", "largest accuracy that the data allow, Phi(sqrt(50) / s)",
                         0.5 * std::erfc(-5.0 / p.data.scale)});
    if (p.decoder != vae::Decoder::mlp)
        facts.push_back({decoder_constant_name, "inverse-Lipschitz constant of the decoder at the horizon",
                         decoder_constant(p, static_cast<double>(p.steps))});
    return facts;
}

}  // namespace

const Family& vae_family() {
    static const Family family = [] {
        Family f = trained_family("vae", "a variational autoencoder trained from a random start",
                                  "variational autoencoders", vae_options(), vae_schema, make);
        f.cuda = OnCuda::when_asked;  // never measured on a GPU
        f.searched = "inverse-lipschitz";
        f.title_of_series = "Trainings of variational autoencoders over their steps";
        f.describe = describe;
        f.facts = facts;
        f.resolved = resolved_vae;
        f.digest = digest_of_data;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
