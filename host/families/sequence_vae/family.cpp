#include "host/families/sequence_vae/family.hpp"

#include "host/families/encoder_measures.hpp"
#include "host/families/encoder_options.hpp"
#include "host/families/sequence_vae/ensemble.hpp"
#include "host/families/sequence_vae/true_values.hpp"
#include "host/families/trained_family.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<SequenceEnsemble>(settings); }

// "synthetic data, linear head, v = 100, n_max = 10, l = 2, beta = 1, T = 2000": but the options `without`.
std::string describe(const Settings& settings, const std::vector<std::string>& without) {
    std::string text = settings.text("data") + " data, " + settings.text("head") + " head";
    if (settings.is("head", "brenier")) text += told_by_symbols(settings, without, {{"inverse-lipschitz", "L"}});
    return text + told_by_symbols(settings, without,
                                  {{"vocabulary", "v"},
                                   {"sentence-length", "n_max"},
                                   {"latent-dimension", "l"},
                                   {"word-dropout", "p_d"},
                                   {"kl-weight", "beta"},
                                   {"horizon", "T"}});
}

// The other reading of collapse, and what the true posterior of synthetic sentences says.
std::vector<Fact> facts(const Settings& settings, unsigned command, const Tally* tally) {
    std::vector<Fact> facts;
    if (!tally || command != probability_command) return facts;
    const SequenceRun run = sequence_run(settings);
    if (run.problem.exact_data > 0) add_posterior_collapse(facts, sequence_schema(settings), *tally);
    if (run.sentences->words.empty()) add_true_values(facts, *run.sentences, run.problem.exact_data);
    return facts;
}

}  // namespace

const Family& sequence_vae_family() {
    static const Family family = [] {
        Family f = trained_family("sequence-vae", "a variational autoencoder of sentences trained from a random start",
                                  "sequence VAEs", sequence_options(), sequence_schema, make);
        f.cuda = OnCuda::when_asked;  // never measured on a GPU
        f.searched = "kl-weight";
        f.title_of_series = "Trainings of sequence VAEs over their steps";
        f.describe = describe;
        f.facts = facts;
        f.digest = digest_of_sentence_file;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
