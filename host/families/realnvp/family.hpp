// The family of the RealNVP flow.
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& realnvp_family();

}  // namespace modecollapse
