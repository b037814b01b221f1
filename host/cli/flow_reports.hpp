// The commands with --family realnvp.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report run_flow_probability(const Configuration& options);
Report run_flow_threshold(const Configuration& options);
Report run_flow_trajectory(const Configuration& options);

}  // namespace modecollapse
