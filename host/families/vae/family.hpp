// Variational autoencoders trained from random starts, with an ordinary or an inverse-Lipschitz decoder (--family vae).
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& vae_family();

}  // namespace modecollapse
