// What encoder and exact posterior of every variational autoencoder are measured by: names, units and words; and the schema of
// those that are trained.
#pragma once

#include "host/families/fact.hpp"
#include "host/families/tally.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse {

inline constexpr Quantity active_directions = {"active_directions", "1", "active latent directions"},
                          encoder_kl = {"kl", "nat", "KL divergence of the encoder from the prior, a sample"},
                          posterior_kl = {"posterior_kl", "nat",
                                          "KL divergence of the decoder's exact posterior from the prior, a sample"},
                          posterior_fisher = {"posterior_fisher", "1",
                                              "relative Fisher divergence of that posterior from the prior, a sample"};

// The same of trainings, with how they stand in a trajectory's table.
inline constexpr Quantity
    trained_kl = {encoder_kl.name, encoder_kl.unit, encoder_kl.long_name, "", "KL", "{:.4f}"},
    trained_active =
        {active_directions.name, active_directions.unit, active_directions.long_name, "", "active", "{:.0f}"},
    reconstruction = {"reconstruction", "nat",   "expected log likelihood of the data given their latents", "",
                      "log p(x|z)",     "{:.4f}"},
    evidence_bound = {"elbo", "nat", "evidence lower bound, at KL weight 1", "", "ELBO", "{:.4f}"},
    largest_variance = {"largest_variance", "1",     "largest eigenvalue of the covariance of the posterior means", "",
                        "largest",          "{:.5f}"},
    weighted_likelihood = {"log_likelihood", "nat",   "log likelihood of the data, importance-weighted", "",
                           "log p(x)",       "{:.4f}"},
    posterior_effective = {"posterior_effective", "1",
                           "share of the data whose exact posterior the lattice resolves; where it is sampled, "
                           "effective share of the samples"},
    weight_of_time = {"beta", "1", "KL weight", "beta", "beta", "{:.4f}"};

inline constexpr const char* decoder_constant_name = "decoder_constant";  // a fact: L1 L2 of a decoder

// Outcomes, active directions and steps; with exact posteriors what they say too. Quantities are the family's.
Schema schema_of_trained_encoder(std::uint32_t latent, std::uint64_t exact_data);

// How a member ended, whose active directions are these; the exact ones count only with exact posteriors. made: steps of this run.
MemberEnd end_of_trained_encoder(std::uint8_t outcome, double active, std::uint64_t made, std::uint64_t exact_data,
                                 vae::Outcome exact, double exact_active);

// P(the exact posterior has collapsed), of an ensemble with exact posteriors.
void add_posterior_collapse(std::vector<Fact>& facts, const Schema& schema, const Tally& tally);

}  // namespace modecollapse
