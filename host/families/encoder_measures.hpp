// What the encoder of every variational autoencoder is measured by: names, units and words.
#pragma once

#include "host/families/tally.hpp"

namespace modecollapse {

inline constexpr Quantity active_directions = {"active_directions", "1", "active latent directions"},
                          encoder_kl = {"kl", "nat", "KL divergence of the encoder from the prior, a sample"};

}  // namespace modecollapse
