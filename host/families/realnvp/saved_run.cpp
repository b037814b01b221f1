#include "host/families/realnvp/saved_run.hpp"

#include <fmt/format.h>

#include "host/families/realnvp/options.hpp"
#include "host/options/configuration.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

class FilesOfFlows : public SavedMemberFiles {
public:
    std::unique_ptr<SavedRun> begin(const Configuration& options) const override {
        if (!options.has("save-flows") && !options.has("continue-flows")) return nullptr;
        return std::make_unique<SavedFlows>(options);
    }
};

}  // namespace

SavedFlows::SavedFlows(const Configuration& options)
    : path_(save_path(options, "save-flows")), goes_on_(options.has("continue-flows")) {
    const RealnvpRun run = realnvp_run(options.settings());
    const TrainingRequest request = {run.precision, options.seed(), 0,
                                     static_cast<std::uint64_t>(options.integer("trajectories"))};
    constexpr double numbers_of_a_parameter = 6.0;  // itself and two moments, read and kept
    require_memory(fmt::format("{} trained flows", request.members),
                   numbers_of_a_parameter * sizeof(double) * static_cast<double>(request.members) *
                       static_cast<double>(parameter_count(run.training.shape)));
    after_ = SavedMembers(run.target, run.training, request);
    if (goes_on_) {
        before_ = read_members(options.text("continue-flows"));
        require_same_training(before_, after_, options.text("continue-flows"));
    }
    from_ = before_.states();
    to_ = after_.states();
}

void SavedFlows::write(const RunRecord& record) const {
    if (!path_.empty()) write_members(path_, after_, record);
}

const SavedMemberFiles& files_of_realnvp() {
    static const FilesOfFlows files;
    return files;
}

}  // namespace modecollapse
