// Small sequence VAEs for tests.
#pragma once

#include "kernels/sequence/synthetic.hpp"
#include "modecollapse/sequence/problem.hpp"

namespace modecollapse::support {

inline sequence::Problem sequence_problem(sequence::Head head) {
    sequence::Problem problem;
    problem.latent = 2;
    problem.most_tokens = 7;
    problem.encoder = {13, 5, 6};
    problem.decoder = {13, 4, 7};
    problem.head = head;
    problem.first_map = {9, 5, 2, vae::Activation::softplus};
    problem.second_map = {13, 6, 1, vae::Activation::softplus};
    problem.inverse_lipschitz.first = 0.4;
    problem.inverse_lipschitz.second = 0.7;
    problem.kl_weight.end = 1.3;
    problem.batch = 70;
    problem.steps = 20;
    problem.exact_data = 5;
    problem.exact_samples = 10;
    return problem;
}

// A source of sentences of the problem's kind.
inline sequence::SyntheticSource source_for(const sequence::Problem& problem) {
    sequence::SyntheticLaw law;
    law.words = words_of(problem);
    law.most_tokens = problem.most_tokens;
    law.width = 4;
    return sequence::make_source(law);
}

}  // namespace modecollapse::support
