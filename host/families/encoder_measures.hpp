// What encoder and exact posterior of every variational autoencoder are measured by: names, units and words.
#pragma once

#include "host/families/tally.hpp"

namespace modecollapse {

inline constexpr Quantity active_directions = {"active_directions", "1", "active latent directions"},
                          encoder_kl = {"kl", "nat", "KL divergence of the encoder from the prior, a sample"},
                          posterior_kl = {"posterior_kl", "nat",
                                          "KL divergence of the decoder's exact posterior from the prior, a sample"},
                          posterior_fisher = {"posterior_fisher", "1",
                                              "relative Fisher divergence of that posterior from the prior, a sample"};

}  // namespace modecollapse
