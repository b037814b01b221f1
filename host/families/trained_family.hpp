// What families of trained variational autoencoders have in common.
#pragma once

#include "host/families/brenier_maps.hpp"
#include "host/families/family.hpp"
#include "host/families/kl_annealing.hpp"
#include "host/families/saved_models.hpp"
#include "host/families/words.hpp"

namespace modecollapse {

inline void check_schedules(const Configuration& options) {
    check_kl_annealing(options);
    check_inverse_lipschitz_schedule(options);
}

// words: as in Family; made_of: the ensembles in titles.
inline Family trained_family(const char* name, const char* words, const char* made_of, const OptionRows& options,
                             Schema (*schema)(const Settings&),
                             std::shared_ptr<const Ensemble> (*make)(const Settings&)) {
    Family f = {name,     words,  "training", "trainings",     member_commands,
                &options, schema, make,       check_schedules, lower_learning_rate};
    f.made_of = made_of;
    f.steps = {0.0, 0.0, 8, 3};  // every value costs an ensemble of trainings
    f.time_of = "steps of the training";
    f.members_files = &files_of_models();
    return f;
}

}  // namespace modecollapse
