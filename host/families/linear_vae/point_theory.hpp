// The closed forms of a linear VAE at one point (linear_vae/theory.hpp), for planes by theory.
#pragma once

#include "host/families/theory.hpp"

namespace modecollapse {

const PointTheory& point_theory_of_linear_vae();

}  // namespace modecollapse
