// The shape of a RealNVP flow [Dinh, Sohl-Dickstein, Bengio, arXiv 1605.08803], and where its parameters lie.
//
//   x_0 = z ~ N(0, I_d);  layer l = 0 .. layers-1 leaves d/2 coordinates as they are (passive) and moves the others:
//       (a, t) = network_l(x_passive),  s = c tanh(a / c),  x_active <- x_active e^s + t         (coupling.hpp)
//   network_l: `depth` hidden layers of `width` units with tanh, then one linear layer with d outputs:
//       first a (d/2), then t (d/2)
//
// Masks, by which coordinates are passive in layer l:
//   halves   the first d/2 in even layers, the last d/2 in odd ones
//   random   a random half in even layers and its complement in the next, drawn anew for every pair of layers and
//            every member
//
// The target's modes lie at +-mu*, mu* = R (1, ..., 1) / sqrt(d): a direction that no mask of half of the coordinates
// privileges (along e_1 only every other layer would move the modes apart). [S24] and [F26] do not say where theirs
// lies. As the target and the base are invariant under permutations of the coordinates, masks that differ by one fixed
// permutation (halves, odd against even) have the same law.
//
// Parameters of one member, in order: layer 0 .. layers-1; in it matrix 0 .. depth, each its weights (outputs, inputs),
// row-major, then its biases (outputs).
#pragma once

#include <cstdint>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

enum class CouplingMask { halves = 0, random = 1 };
inline constexpr const char* coupling_mask_names[] = {"halves", "random"};

struct RealnvpShape {
    std::uint32_t dimension = 2;  // d: even, 2 to 1024
    std::uint32_t layers = 6;     // coupling layers
    std::uint32_t width = 32;     // hidden units
    std::uint32_t depth = 2;      // hidden layers of a network
    CouplingMask mask = CouplingMask::halves;
    double scale_bound = 2.0;  // c: a layer scales by e^-c to e^c
};

inline constexpr std::uint32_t largest_realnvp_dimension = 1024;
inline constexpr std::uint32_t most_realnvp_layers = 256;
inline constexpr std::uint32_t largest_realnvp_width = 4096;
inline constexpr std::uint32_t largest_realnvp_depth = 8;

// One matrix of a network: y = W x + b.
struct NetworkMatrix {
    std::uint32_t outputs, inputs;
    std::uint64_t weights;  // offset of W among the member's parameters
    std::uint64_t biases;   // offset of b
};

MC_HOST_DEVICE std::uint32_t half_of(const RealnvpShape& shape) { return shape.dimension / 2; }

MC_HOST_DEVICE std::uint32_t matrix_inputs(const RealnvpShape& shape, std::uint32_t matrix) {
    return matrix == 0 ? half_of(shape) : shape.width;
}
MC_HOST_DEVICE std::uint32_t matrix_outputs(const RealnvpShape& shape, std::uint32_t matrix) {
    return matrix == shape.depth ? shape.dimension : shape.width;
}

// Parameters of the first `matrices` matrices of a network.
MC_HOST_DEVICE std::uint64_t parameters_before(const RealnvpShape& shape, std::uint32_t matrices) {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < matrices; ++i)
        sum += static_cast<std::uint64_t>(matrix_outputs(shape, i)) * (matrix_inputs(shape, i) + 1u);
    return sum;
}

MC_HOST_DEVICE std::uint64_t parameters_per_layer(const RealnvpShape& shape) {
    return parameters_before(shape, shape.depth + 1);
}
MC_HOST_DEVICE std::uint64_t parameter_count(const RealnvpShape& shape) {
    return shape.layers * parameters_per_layer(shape);
}

MC_HOST_DEVICE NetworkMatrix network_matrix(const RealnvpShape& shape, std::uint32_t layer, std::uint32_t matrix) {
    const std::uint32_t outputs = matrix_outputs(shape, matrix), inputs = matrix_inputs(shape, matrix);
    const std::uint64_t first = layer * parameters_per_layer(shape) + parameters_before(shape, matrix);
    return {outputs, inputs, first, first + static_cast<std::uint64_t>(outputs) * inputs};
}

}  // namespace modecollapse
