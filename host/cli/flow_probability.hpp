// modecollapse probability --family realnvp.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report run_flow_probability(const Configuration& options);

}  // namespace modecollapse
