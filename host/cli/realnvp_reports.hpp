// The commands with --family realnvp.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report run_realnvp_trajectory(const Configuration& options);

}  // namespace modecollapse
