// The shape of an input-convex network psi: R^n -> R [Amos, Xu, Kolter, arXiv 1609.07152], and where its parameters lie.
//
//   h_0 = g0(U_0 v + b_0),   h_k = g(V_k h_{k-1} + U_k v + b_k),   k = 1 .. depth;   psi = h_depth, the last of width 1
//   V_k = exp(parameter) > 0;  g convex and increasing, g0 = its square: psi is convex in v
//   quadratic: psi = |U_0 v|^2 / 2, nothing else (depth 0): its gradient map is linear
//
// Parameters in order: layer 0 .. depth; in it U (outputs, n) row-major, b (outputs), and from layer 1 on V's logarithms
// (outputs, width).
#pragma once

#include <cstdint>

#include "modecollapse/vae/activation.hpp"

namespace modecollapse::vae {

struct ConvexShape {
    std::uint32_t inputs = 2;  // n
    std::uint32_t width = 32;  // of h_0 .. h_{depth-1}
    std::uint32_t depth = 2;   // layers after the first
    Activation activation = Activation::softplus;
};

// One layer's arrays among the parameters.
struct ConvexLayer {
    std::uint32_t outputs;
    std::uint64_t direct, biases;  // U, b
    std::uint64_t logarithms;      // of V; layer 0 has none
};

MC_HOST_DEVICE std::uint32_t outputs_of(const ConvexShape& shape, std::uint32_t layer) {
    return layer == shape.depth && shape.depth > 0 ? 1 : shape.width;
}

MC_HOST_DEVICE std::uint64_t parameters_of_layer(const ConvexShape& shape, std::uint32_t layer) {
    return outputs_of(shape, layer) * (std::uint64_t{shape.inputs} + 1 + (layer == 0 ? 0 : shape.width));
}

MC_HOST_DEVICE ConvexLayer convex_layer(const ConvexShape& shape, std::uint32_t layer) {
    std::uint64_t first = 0;
    for (std::uint32_t k = 0; k < layer; ++k) first += parameters_of_layer(shape, k);
    const std::uint32_t outputs = outputs_of(shape, layer);
    const std::uint64_t biases = first + std::uint64_t{outputs} * shape.inputs;
    return {outputs, first, biases, biases + outputs};
}

MC_HOST_DEVICE std::uint64_t parameter_count(const ConvexShape& shape) {
    std::uint64_t sum = 0;
    for (std::uint32_t k = 0; k <= shape.depth; ++k) sum += parameters_of_layer(shape, k);
    return sum;
}

}  // namespace modecollapse::vae
