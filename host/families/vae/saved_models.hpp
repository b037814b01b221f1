// Trained VAEs in a file, so that they can be sampled, encode data, and their training goes on bit for bit.
//
// States in the order of vae/problem.hpp. Attributes: `models_format` (this version: 1); every option of the training by its
// name, as text; `training_seed`; `data_digest`, of the data's numbers where they are in files; and the provenance of every
// result file.
#pragma once

#include <map>
#include <string>

#include "host/families/saved_states.hpp"
#include "host/families/vae/options.hpp"
#include "host/io/provenance.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

inline constexpr std::uint64_t models_format = 1;

struct SavedModels : SavedStates {
    std::map<std::string, std::string> options;  // of the training, as they were resolved
    std::uint64_t seed = 0;
    std::uint64_t horizon = 0;  // steps asked for; of those that were read 0
    std::string data_digest;

    SavedModels() = default;
    // Of the ensemble that `options` (of probability) ask for, without states.
    SavedModels(const Configuration& options, const VaeRun& run);

    TrainingStates states();
    // The training's networks, with a stand-in for its data: no file is read. Throws UsageError, std::domain_error.
    VaeRun networks() const;
    // How its data were read: file (of them, or another), scaling, binarization. Throws CorruptFile for a choice unknown.
    DataFiles files(const std::string& data, const std::string& labels) const;
};

// Throws WriteError.
void write_models(const std::string& path, const SavedModels& models, const RunRecord& record);

// Throws OtherVersion for a file of another format version; CorruptFile for one that cannot be read, whose content is
// not what was written, or that holds what no training can have: other shapes, options, numbers that are not finite.
SavedModels read_models(const std::string& path);

// May the training of `saved` go on as `wanted`? All but what only reads the outcome, and the steps of a constant learning
// rate, must be equal. Throws std::domain_error naming the first difference.
void require_same_training(const SavedModels& saved, const SavedModels& wanted, const std::string& path);

}  // namespace modecollapse
