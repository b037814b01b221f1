// The start of an input-convex network: half-width 1 / sqrt(inputs) of U and b; V: e^{uniform on (-1, 1)} / width.
#pragma once

#include "kernels/training/parameter_draws.hpp"
#include "modecollapse/vae/convex_shape.hpp"

namespace modecollapse::vae {

// first: where its parameters begin; draw: a ParameterDraws.
template <class Draw>
MC_HOST_DEVICE void draw_convex_map(const ConvexShape& shape, std::uint64_t first, const Draw& draw) {
    for (std::uint32_t k = 0; k <= shape.depth; ++k) {
        const ConvexLayer layer = convex_layer(shape, k);
        const std::uint64_t logarithms = first + layer.logarithms,
                            end = logarithms + (k == 0 ? 0 : layer.outputs * std::uint64_t{shape.width});
        draw(first + layer.direct, logarithms, 0.0, 1.0 / sqrt(static_cast<double>(shape.inputs)));
        draw(logarithms, end, -log(static_cast<double>(shape.width)), 1.0);
    }
}

}  // namespace modecollapse::vae
