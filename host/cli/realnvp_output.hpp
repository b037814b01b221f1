// What the commands say about trainings of flows: keys of JSON, the outcome coordinate.
#pragma once

#include "host/cli/output.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

// The target but its radius, the flow, its training; what belongs to the mixture is null.
void add_training(nlohmann::ordered_json& json, const Problem& target, const Training& training);

nlohmann::ordered_json counts_json(const RealnvpCounts& counts);
Variable realnvp_outcome_coordinate();

}  // namespace modecollapse
