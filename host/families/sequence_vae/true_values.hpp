// What the true posterior of synthetic sentences says of those that are held out: true_information, its standard error and
// true_log_likelihood, beside what trainings reach.
#pragma once

#include "host/families/fact.hpp"
#include "host/families/sequence_vae/sentence_source.hpp"

namespace modecollapse {

// I(x; z) of the held-out sentences, or of as many as some seconds suffice for; the mean log p(x) of the first exact_data of
// these, or of all with 0. Of those that were done when the run is given up; unknown where these are fewer than two.
void add_true_values(std::vector<Fact>& facts, const SentenceData& sentences, std::uint64_t exact_data);

}  // namespace modecollapse
