// From options to the engine's own types. Refuses what this version does not have.
#pragma once

#include <map>
#include <string>

#include "host/families/mixture/words.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

struct Family;

// Throws UsageError for options that do not go together, and for those of the contract that belong to later versions:
// nothing is silently ignored.
void refuse_unavailable(const Configuration& options);

// radius: threshold has none of its own.
Problem problem_from(const Configuration& options);  // the target and a mixture; throws UsageError for another family
Problem target_from(const Configuration& options);   // the target and its tempering alone
MixtureSettings settings_from(const Configuration& options);
Backend backend_from(const Configuration& options);                             // throws DeviceError
Backend backend_of_family(const Configuration& options);                        // as the family has it
Backend backend_of_family(const Configuration& options, const Family& family);  // of another one than the options'
Backend training_backend_from(const Configuration& options);  // of normalizing flows: the CPU unless CUDA is asked for

// What the physics resolved to, by option, where the option has no default of its own: weight, horizon, those of SGD.
std::map<std::string, std::string> resolved_values(const Configuration& options);

// Configuration::to_toml, and what the physics resolved to where the option has no default of its own: weight, horizon,
// those of SGD.
std::string resolved_toml(const Configuration& options, bool physics_only);

// The state of --start m1,m2,s[,w1]; a given w1 goes into `problem`. Throws UsageError.
std::vector<OrderParameters<double>> given_start(const Configuration& options, Problem& problem);

}  // namespace modecollapse
