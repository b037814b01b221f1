// The family of the linear VAE.
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& linear_vae_family();

}  // namespace modecollapse
