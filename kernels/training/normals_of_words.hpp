// Four standard normals of one block of words, one at a time: PanelNormals (panel_normals.hpp) draws the same in lanes.
#pragma once

#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

MC_HOST_DEVICE NormalBlock<double> normals_of_words(const Words& w) {
    return normals_of_uniforms(uniform_32(w.value[0]), uniform_32(w.value[1]), uniform_32(w.value[2]),
                               uniform_32(w.value[3]));
}

}  // namespace modecollapse
