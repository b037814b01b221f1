#include "host/options/realnvp_options.hpp"

#include <fmt/format.h>

#include "host/io/names.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options) {
    return options.family() == family_names[static_cast<int>(FamilyId::realnvp)];
}

Training training_from(const Configuration& options, double dimension) {
    Training training = realnvp_run(options.settings()).training;
    training.shape.dimension = static_cast<std::uint32_t>(dimension);
    return training;
}

TrainingRequest training_request_from(const Configuration& options) {
    TrainingRequest request;
    request.precision =
        options.text("precision") == "single" ? Precision::single_precision : Precision::double_precision;
    request.seed = options.seed();
    if (options.has("trajectories")) request.members = static_cast<std::uint64_t>(options.integer("trajectories"));
    return request;
}

}  // namespace modecollapse
