// The law of the starts of the mixture: scrambled Sobol points in it, and importance sampling of rare collapse.
#pragma once

#include "host/families/capabilities.hpp"

namespace modecollapse {

const InitialLaw& law_of_mixture();

}  // namespace modecollapse
