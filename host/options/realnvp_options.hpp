// From options to the training of RealNVP flows (--family realnvp).
#pragma once

#include <string>

#include "host/families/family_id.hpp"
#include "host/families/realnvp/options.hpp"
#include "host/families/realnvp/words.hpp"
#include "host/options/configuration.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options);

// dimension: threshold has a list of them, a sweep an axis.
Training training_from(const Configuration& options, double dimension);
TrainingRequest training_request_from(const Configuration& options);

}  // namespace modecollapse
