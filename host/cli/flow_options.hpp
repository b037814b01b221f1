// From options to the training of RealNVP flows (--family realnvp). Refuses options of the mixture with it, and its own without it.
#pragma once

#include "host/cli/configuration.hpp"
#include "host/flows/flow_training.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options);

// Throws UsageError for options that do not go together, and for commands without flows.
void refuse_for_family(const Configuration& options);

// dimension: threshold has a list of them.
FlowTraining flow_training_from(const Configuration& options, double dimension);
FlowRequest flow_request_from(const Configuration& options);

// "RealNVP, 6 layers of width 32, ...": for headings.
std::string describe(const Problem& target, const FlowTraining& training);

}  // namespace modecollapse
