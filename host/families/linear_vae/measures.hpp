// What a linear VAE is measured by, at its end and on its way: names, units and words of POSTERIOR part A.
#pragma once

#include "host/families/encoder_measures.hpp"

namespace modecollapse::linear_vae_measures {

using modecollapse::active_directions;
using modecollapse::encoder_kl;
using modecollapse::posterior_fisher;
using modecollapse::posterior_kl;

inline constexpr Quantity captured_directions = {"captured_directions", "1", "captured signal directions"},
                          explained_share = {"explained_share", "1",
                                             "share of the signal that the active latents explain"};

}  // namespace modecollapse::linear_vae_measures
