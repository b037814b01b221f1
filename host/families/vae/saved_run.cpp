#include "host/families/vae/saved_run.hpp"

#include <fmt/format.h>

#include "host/families/saved_states.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

class FilesOfVaes : public SavedMemberFiles {
public:
    std::unique_ptr<SavedRun> begin(const Configuration& options) const override {
        if (!options.has("save-models") && !options.has("continue-models")) return nullptr;
        return std::make_unique<SavedVaes>(options);
    }
};

}  // namespace

SavedVaes::SavedVaes(const Configuration& options)
    : path_(save_path(options, "save-models")), goes_on_(options.has("continue-models")) {
    const VaeRun run = vae_run(options.settings());
    const auto members = static_cast<std::uint64_t>(options.integer("trajectories"));
    const std::uint64_t parameters = layout_of(run.problem).count;
    constexpr double numbers_of_a_parameter = 6.0;  // itself and two moments, read and kept
    require_memory(
        fmt::format("{} trained models", members),
        numbers_of_a_parameter * sizeof(double) * static_cast<double>(members) * static_cast<double>(parameters));
    after_ = SavedModels(options, run);
    after_.resize(members, parameters);
    if (goes_on_) {
        before_ = read_models(options.text("continue-models"));
        require_same_training(before_, after_, run.problem.steps, options.text("continue-models"));
    }
    from_ = before_.states();
    to_ = after_.states();
}

void SavedVaes::write(const RunRecord& record) const {
    if (!path_.empty()) write_models(path_, after_, record);
}

const SavedMemberFiles& files_of_vaes() {
    static const FilesOfVaes files;
    return files;
}

}  // namespace modecollapse
