// From options to what every command needs: what is refused, the backend, and the options as they resolved.
#pragma once

#include <map>
#include <string>

#include "host/families/family.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

// Throws UsageError for options that do not go together, and for those of the contract that belong to later versions:
// nothing is silently ignored.
void refuse_unavailable(const Configuration& options);

// Throws UsageError for a backend that the family does not have, DeviceError.
Backend backend_from(const Configuration& options);
Backend backend_from(const Configuration& options, const Family& family);  // of another one than the options'

// What the physics resolved to, by option, where the option has no default of its own: weight, horizon, those of SGD.
std::map<std::string, std::string> resolved_values(const Configuration& options);

// Configuration::to_toml, and what the physics resolved to where the option has no default of its own: weight, horizon,
// those of SGD.
std::string resolved_toml(const Configuration& options, bool physics_only);

}  // namespace modecollapse
