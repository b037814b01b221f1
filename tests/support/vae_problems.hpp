// Small problems of VAEs for tests.
#pragma once

#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

inline Problem problem_of(Decoder decoder, Likelihood likelihood = Likelihood::gaussian, Spread spread = Spread::fixed,
                          std::uint32_t clusters = 0) {
    Problem problem;
    problem.clusters = clusters;
    problem.latent = 2;
    problem.dimension = 3;
    problem.encoder = {3, code_rows(2, clusters), 7, 2, Activation::softplus};
    problem.decoder = decoder;
    problem.network = {2, 3, 6, 1, Activation::tanh};
    problem.first_map = {2, 5, 2, Activation::softplus};
    problem.second_map = {3, 9, 1, Activation::softplus};
    problem.inverse_lipschitz.first = 0.4;
    problem.inverse_lipschitz.second = 0.7;
    problem.likelihood = likelihood;
    problem.spread = spread;
    problem.likelihood_sd = 0.8;
    problem.kl_weight.end = 1.3;
    problem.data = {DataLaw::linear, 1.0, 0.5, 2, 0};
    problem.batch = 37;
    problem.steps = 20;
    problem.held_out = 50;
    problem.exact_data = 5;
    problem.exact_samples = 10;
    if (decoder == Decoder::linear) problem.network.depth = 0;
    return problem;
}

}  // namespace modecollapse::vae
