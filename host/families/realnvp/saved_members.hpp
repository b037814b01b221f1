// Trained RealNVP flows in a file, with the state of their optimizers, so that they can be sampled and their training
// goes on bit for bit.
//
// States in the order of realnvp/shape.hpp. Attributes: `members_format` (2; 3 with a target of K* modes, whose coordinates
// and weights are variables then), every option of the training and
// of the target as it was resolved, `training_seed`, `first_member`, `training_precision`; and the provenance of every
// result file.
#pragma once

#include <memory>

#include "host/families/saved_states.hpp"
#include "host/io/provenance.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

inline constexpr std::uint64_t members_format = 2, format_with_modes = 3;

struct SavedMembers : SavedStates {
    Problem target;
    std::shared_ptr<const PlacedModes> modes;  // in the place of the two of `target`; or null
    Training training;
    Precision precision = Precision::double_precision;
    std::uint64_t seed = 0;

    SavedMembers() = default;
    SavedMembers(const Problem& target, std::shared_ptr<const PlacedModes> modes, const Training& training,
                 const TrainingRequest& request);

    RealnvpProblem problem() const { return realnvp_problem(target, training, modes.get()); }
    TrainingStates states();
};

// Throws WriteError.
void write_members(const std::string& path, const SavedMembers& flows, const RunRecord& record);

// Throws OtherVersion for a file of another format version; CorruptFile for one that cannot be read, whose content is
// not what was written, or that holds what no training can have: other shapes, ranges, numbers that are not finite.
SavedMembers read_members(const std::string& path);

// May the training of `saved` go on as `wanted`? Everything but the steps of a constant learning rate and what only
// reads the outcome must be equal. Throws std::domain_error naming the first difference.
void require_same_training(const SavedMembers& saved, const SavedMembers& wanted, const std::string& path);

}  // namespace modecollapse
