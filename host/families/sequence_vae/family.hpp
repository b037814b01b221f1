// Variational autoencoders of sentences, trained from random starts, with an ordinary or an inverse-Lipschitz head
// (--family sequence-vae).
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& sequence_vae_family();

}  // namespace modecollapse
