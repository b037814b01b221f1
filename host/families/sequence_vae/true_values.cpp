#include "host/families/sequence_vae/true_values.hpp"

#include <algorithm>

#include "host/run/watch.hpp"
#include "kernels/run/records.hpp"
#include "kernels/sequence/synthetic_posterior.hpp"

namespace modecollapse {
namespace {

constexpr double most_multiplications = 4e10;  // some seconds

// Of one sentence at all nodes.
double multiplications_of(const sequence::SyntheticLaw& law) {
    const double nodes = sequence::nodes_of_source(law), width = law.width;
    return nodes * nodes * law.most_tokens * width * (4.0 * (width + sequence::source_latent) + law.words);
}

}  // namespace

void add_true_values(std::vector<Fact>& facts, const SentenceData& sentences, std::uint64_t exact_data) {
    const sequence::SyntheticLaw& law = sentences.source.law;
    sequence::TokenTable table = sentences.data.held_out;
    table.sentences =
        std::min(table.sentences, static_cast<std::uint64_t>(most_multiplications / multiplications_of(law)));
    sequence::TrueInformation information = {no_number, no_number, 0};
    double likelihood = no_number;
    std::vector<sequence::SourcePosterior> posteriors;
    if (table.sentences >= 2)
        posteriors = sequence::true_posteriors(sentences.source, table, sequence::nodes_of_source(law), best_cpu_isa(),
                                               1, give_up_request());
    if (const std::uint64_t known = posteriors.size(); known >= 2) {
        information = sequence::true_information(posteriors);
        const std::uint64_t count = exact_data == 0 ? known : std::min(exact_data, known);
        likelihood = 0.0;
        for (std::uint64_t i = 0; i < count; ++i) likelihood += posteriors[i].log_evidence / static_cast<double>(count);
    }
    facts.push_back({"true_information", "mutual information of sentence and latent variable in the synthetic source",
                     information.mean});
    facts.push_back({"true_information_error", "standard error of that information", information.standard_error});
    facts.push_back(
        {"true_log_likelihood", "log likelihood of held-out sentences by the synthetic source", likelihood});
    facts.push_back({"true_sentences", "held-out sentences whose true posterior was computed",
                     static_cast<std::int64_t>(information.sentences)});
}

}  // namespace modecollapse
