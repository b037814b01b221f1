// Closed forms of the linear VAE as the command `theory` tells them (host/linear_vae/theory.hpp).
#pragma once

#include "host/families/theory.hpp"

namespace modecollapse {

const Theory& linear_vae_theory();

}  // namespace modecollapse
