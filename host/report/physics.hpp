// What a result says of the physics beside the options as they were given.
#pragma once

#include "host/realnvp/training.hpp"
#include "host/report/result.hpp"

namespace modecollapse {

// quasi_share, none with fixed weights; steps of each trajectory under SGD.
void add_physics(Result& result, const Problem& problem, const MixtureSettings& settings);

// The constants of a flow; and none for what only the mixture has, so that results of both have the same keys.
void add_physics(Result& result, const Training& training);

}  // namespace modecollapse
