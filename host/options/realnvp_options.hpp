// From options to the training of RealNVP flows (--family realnvp). Refuses options of the mixture with it, and its own
// without it.
#pragma once

#include <map>
#include <string>

#include "host/options/configuration.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

bool is_realnvp(const Configuration& options);

// Throws UsageError for options that do not go together, and for commands without flows.
void refuse_for_family(const Configuration& options);

// dimension: threshold has a list of them, a sweep an axis.
Training training_from(const Configuration& options, double dimension);
TrainingRequest training_request_from(const Configuration& options);

// The options of a training by name, defaults included.
std::map<std::string, std::string> resolved_training_values(const Configuration& options);

// The TOML document of resolved_toml (physics_options.hpp): without what belongs to the mixture, with the defaults of a
// training.
std::string resolved_training_toml(const Configuration& options, bool physics_only);

// "w* = 0.667; RealNVP of 6 layers, width 32, ...": for headings; describe() says R and d as well.
std::string describe_training(const Problem& target, const Training& training);
std::string describe(const Problem& target, const Training& training);

}  // namespace modecollapse
