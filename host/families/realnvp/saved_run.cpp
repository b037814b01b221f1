#include "host/families/realnvp/saved_run.hpp"

#include "host/families/realnvp/options.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

SavedMembers FlowFormat::asked(const Configuration& options,
                               const std::function<void(std::uint64_t, std::uint64_t)>& room) {
    const RealnvpRun run = realnvp_run(options.settings());
    const TrainingRequest request = {run.precision, options.seed(), 0,
                                     static_cast<std::uint64_t>(options.integer("trajectories"))};
    room(request.members, parameter_count(run.training.shape));
    return {run.target, modes_of(run), run.training, request};
}

const SavedMemberFiles& files_of_realnvp() {
    static const SavedFilesOf<FlowFormat> files;
    return files;
}

}  // namespace modecollapse
