// Trained VAEs of any family in a file, so that they can be sampled, encode data, and their training goes on bit for bit; and the
// runs that go on with them (--continue-models) or keep them (--save-models).
//
// States in the order of the family's layout_of. Attributes: `models_format` (this version: 1); `models_family`, where it is not
// vae; every option of the training by its name, as text; `training_seed`; `data_digest`, of what is in the files that the options
// name; and the provenance of every result file. Variable `word` (word): the vocabulary of a text, by ids.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "host/families/saved_run.hpp"
#include "kernels/training/task.hpp"

namespace modecollapse {

inline constexpr std::uint64_t models_format = 1;

struct SavedModels;

// What a family tells of its models.
struct ModelsFamily {
    const char* name;                                    // of --family
    SavedModels (*asked)(const Configuration& options);  // of the ensemble of probability; without states
    // Parameters of one. Throws CorruptFile, UsageError, std::domain_error for what no training can have.
    std::uint64_t (*parameters)(const SavedModels& models);
};

struct SavedModels : SavedStates {
    const ModelsFamily* family = nullptr;
    std::map<std::string, std::string> options;  // of the training, as they were resolved
    std::uint64_t seed = 0;
    std::uint64_t horizon = 0;  // steps asked for; of those that were read 0
    std::string data_digest;
    std::vector<std::string> words;  // of a text's vocabulary; else empty

    SavedModels() = default;
    SavedModels(const ModelsFamily& of, const Configuration& options, std::uint64_t steps, const std::string& digest);

    TrainingStates states();
    // Of the training, with other values in the place of some; all options but `without`. Throws UsageError.
    Configuration training(const std::function<bool(const std::string& option)>& without,
                           const std::map<std::string, std::string>& others) const;
    // Of an option that the training had, else empty.
    std::string option(const std::string& name) const;
};

// Throws WriteError.
void write_models(const std::string& path, const SavedModels& models, const RunRecord& record);

// Throws OtherVersion for a file of another format version; CorruptFile for one that cannot be read, whose content is
// not what was written, or that holds what no training can have: other shapes, options, numbers that are not finite.
SavedModels read_models(const std::string& path);

// The place of a member among them. Throws std::domain_error for one that is not there or failed.
std::uint64_t place_of(const SavedModels& models, std::uint64_t member, const std::string& path);

// May the training of `saved` go on as `wanted`? All but what only reads the outcome, and the steps of a constant learning
// rate, must be equal. Throws std::domain_error naming the first difference.
void require_same_training(const SavedModels& saved, const SavedModels& wanted, const std::string& path);

struct ModelsFormat {
    using Members = SavedModels;
    static constexpr const char *save = "save-models", *go_on = "continue-models", *what = "trained models";
    static Members asked(const Configuration& options, const std::function<void(std::uint64_t, std::uint64_t)>& room);
    static Members read(const std::string& path) { return read_models(path); }
    static void write(const std::string& path, const Members& members, const RunRecord& record) {
        write_models(path, members, record);
    }
    static void require_same_training(const Members& before, const Members& asked, const std::string& path) {
        modecollapse::require_same_training(before, asked, path);
    }
};
using SavedModelsRun = SavedRunOf<ModelsFormat>;

const SavedMemberFiles& files_of_models();

}  // namespace modecollapse
