// The half of `sample` that is about trained VAEs.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report sample_models(const Configuration& options);

}  // namespace modecollapse
