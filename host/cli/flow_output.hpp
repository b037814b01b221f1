// What the commands say about trainings of flows: keys of JSON, the outcome coordinate.
#pragma once

#include "host/cli/output.hpp"
#include "host/flows/flow_training.hpp"

namespace modecollapse {

// The target but its radius, the flow, its training; what belongs to the mixture is null.
void add_training(nlohmann::ordered_json& json, const Problem& target, const FlowTraining& training);

nlohmann::ordered_json counts_json(const RealnvpCounts& counts);
Variable flow_outcome_coordinate();

}  // namespace modecollapse
