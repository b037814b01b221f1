// modecollapse theory for a family that brings its own closed forms.
#pragma once

#include "host/cli/output.hpp"
#include "host/families/theory.hpp"

namespace modecollapse {

Report run_family_theory(const Configuration& options, const Theory& theory);

}  // namespace modecollapse
