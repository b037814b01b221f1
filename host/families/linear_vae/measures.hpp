// What a linear VAE is measured by, at its end and on its way: names, units and words of POSTERIOR part A.
#pragma once

#include "host/families/encoder_measures.hpp"

namespace modecollapse::linear_vae_measures {

using modecollapse::active_directions;
using modecollapse::encoder_kl;

inline constexpr Quantity captured_directions = {"captured_directions", "1", "captured signal directions"},
                          explained_share = {"explained_share", "1",
                                             "share of the signal that the active latents explain"},
                          posterior_kl = {"posterior_kl", "nat",
                                          "KL divergence of the decoder's exact posterior from the prior, a sample"},
                          posterior_fisher = {"posterior_fisher", "1",
                                              "relative Fisher divergence of that posterior from the prior, a sample"};

}  // namespace modecollapse::linear_vae_measures
