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

// What a text became: counts of the whole file, the unknown words of the sentences that are left.
void add_facts_of_text(std::vector<Fact>& facts, const SentenceData& text) {
    const auto count = [&](const char* name, const char* of, std::uint64_t value) {
        facts.push_back({name, of, static_cast<std::int64_t>(value)});
    };
    count("text_sentences", "sentences of the text that are used or may be", text.sentences);
    count("text_cut", "of these cut to the longest that is allowed", text.cut);
    count("text_dropped", "sentences of the text that are left out as too long", text.dropped);
    count("text_words", "different words of the text", text.different_words);
    facts.push_back({"unknown_share", "share of the tokens of its sentences that are the unknown word",
                     static_cast<double>(text.unknown_tokens) / static_cast<double>(text.all_tokens)});
}

// The other reading of collapse, and what the true posterior of synthetic sentences says.
std::vector<Fact> facts(const Settings& settings, unsigned command, const Tally* tally) {
    std::vector<Fact> facts;
    if (!tally || command != probability_command) return facts;
    const SequenceRun run = sequence_run(settings);
    if (run.problem.exact_data > 0) add_posterior_collapse(facts, sequence_schema(settings), *tally);
    if (run.sentences->words.empty())
        add_true_values(facts, *run.sentences, run.problem.exact_data);
    else
        add_facts_of_text(facts, *run.sentences);
    if (run.problem.head == sequence::Head::brenier)
        facts.push_back({decoder_constant_name,
                         "inverse-Lipschitz constant of the head, from z to the logits, at the horizon",
                         head_constant(run.problem, static_cast<double>(run.problem.steps))});
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
