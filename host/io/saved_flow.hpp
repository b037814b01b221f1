// Trained RealNVP flows in a file, with the state of their optimizers, so that they can be sampled and their training goes on bit for bit.
//
// NetCDF-4, xarray opens it. Dimensions: member, parameter. Variables: parameters, first_moment, second_moment (member, parameter) in the
// order of realnvp_shape.hpp, in double whatever the precision; steps (member): made; failed (member): 0 or 1. Attributes: `flow_format`
// (this version: 1), every option of the training and of the target as it was resolved, `flow_seed`, `first_member`, `flow_precision`; and
// the provenance of every result file.
#pragma once

#include <vector>

#include "host/flows/flow_training.hpp"
#include "host/io/corrupt_file.hpp"
#include "host/io/provenance.hpp"

namespace modecollapse {

inline constexpr std::uint64_t flow_format = 1;

struct SavedFlows {
    Problem target;
    FlowTraining training;
    Precision precision = Precision::double_precision;
    std::uint64_t seed = 0;
    std::uint64_t first = 0;                                      // id of the first member
    std::vector<double> parameters, first_moment, second_moment;  // (members, parameter_count)
    std::vector<std::uint64_t> steps;                             // (members)
    std::vector<std::uint8_t> failed;                             // (members)

    SavedFlows() = default;
    SavedFlows(const Problem& target, const FlowTraining& training, const FlowRequest& request);

    std::uint64_t members() const { return steps.size(); }
    RealnvpStates states();
};

// Throws WriteError.
void write_flows(const std::string& path, const SavedFlows& flows, const RunRecord& record);

// Throws CorruptFile for a file that cannot be read, is of another format version, or whose arrays have not the shape that it states.
SavedFlows read_flows(const std::string& path);

// May the training of `saved` go on as `wanted`? Everything but the steps of a constant learning rate and what only reads the outcome must
// be equal. Throws std::domain_error naming the first difference.
void require_same_training(const SavedFlows& saved, const SavedFlows& wanted, const std::string& path);

}  // namespace modecollapse
