// K Gaussian components fitted to a target of K* modes: the family `components`.
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

const Family& components_family();

}  // namespace modecollapse
