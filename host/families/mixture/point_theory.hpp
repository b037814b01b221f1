// Exact outcomes of the mixture's gradient flow at one point (theory/collapse_theory.hpp), for planes by theory.
#pragma once

#include "host/families/theory.hpp"

namespace modecollapse {

const PointTheory& point_theory_of_mixture();

}  // namespace modecollapse
