#include "host/families/vae/saved_run.hpp"

namespace modecollapse {

SavedModels VaeFormat::asked(const Configuration& options,
                             const std::function<void(std::uint64_t, std::uint64_t)>& room) {
    const VaeRun run = vae_run(options.settings());
    const auto members = static_cast<std::uint64_t>(options.integer("trajectories"));
    const std::uint64_t parameters = layout_of(run.problem).count;
    room(members, parameters);
    SavedModels models(options, run);
    models.resize(members, parameters);
    return models;
}

const SavedMemberFiles& files_of_vaes() {
    static const SavedFilesOf<VaeFormat> files;
    return files;
}

}  // namespace modecollapse
