// What a result says of the physics beside the options as they were given.
#pragma once

#include "host/mixture/setup.hpp"
#include "host/report/result.hpp"

namespace modecollapse {

// quasi_share, none with fixed weights; steps of each trajectory under SGD.
void add_physics(Result& result, const Problem& problem, const MixtureSettings& settings);

}  // namespace modecollapse
