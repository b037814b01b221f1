// What a linear VAE is measured by, at its end and on its way: names, units and words of POSTERIOR part A.
#pragma once

#include "host/families/tally.hpp"

namespace modecollapse::linear_vae_measures {

inline constexpr Quantity active_directions = {"active_directions", "1", "active latent directions"},
                          captured_directions = {"captured_directions", "1", "captured signal directions"},
                          encoder_kl = {"kl", "nat", "KL divergence of the encoder from the prior, a sample"},
                          explained_share = {"explained_share", "1",
                                             "share of the signal that the active latents explain"},
                          posterior_kl = {"posterior_kl", "nat",
                                          "KL divergence of the decoder's exact posterior from the prior, a sample"},
                          posterior_fisher = {"posterior_fisher", "1",
                                              "relative Fisher divergence of that posterior from the prior, a sample"};

}  // namespace modecollapse::linear_vae_measures
