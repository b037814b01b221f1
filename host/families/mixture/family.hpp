// The family of the mixture of two Gaussians.
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& mixture_family();

}  // namespace modecollapse
