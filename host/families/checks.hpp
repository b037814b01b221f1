// What options do not go together, beyond what their rows say. All throw UsageError.
#pragma once

namespace modecollapse {

class Configuration;

void check_tempering(const Configuration& options);  // of any family that is fitted to the bimodal target
void check_mixture(const Configuration& options);

}  // namespace modecollapse
