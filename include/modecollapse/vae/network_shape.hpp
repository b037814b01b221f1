// The shape of a network with equal hidden layers, and where its parameters lie.
//
//   y_0 = x,   y_{i+1} = f(W_i y_i + b_i), i = 0 .. depth - 1,   output = W_depth y_depth + b_depth
//   depth 0: linear
//
// Parameters in order: layer 0 .. depth; in it W (outputs, inputs) row-major, then b (outputs).
#pragma once

#include <cstdint>

#include "modecollapse/vae/activation.hpp"

namespace modecollapse::vae {

struct NetworkShape {
    std::uint32_t inputs = 2, outputs = 2;
    std::uint32_t width = 32;  // of the hidden layers
    std::uint32_t depth = 2;   // hidden layers
    Activation activation = Activation::softplus;
};

struct NetworkLayer {
    std::uint32_t inputs, outputs;
    std::uint64_t weights, biases;  // offsets among the network's parameters
};

MC_HOST_DEVICE NetworkLayer network_layer(const NetworkShape& shape, std::uint32_t layer) {
    std::uint64_t first = 0;
    NetworkLayer at = {};
    for (std::uint32_t i = 0; i <= layer; ++i) {
        at.inputs = i == 0 ? shape.inputs : shape.width;
        at.outputs = i == shape.depth ? shape.outputs : shape.width;
        at.weights = first;
        at.biases = first + std::uint64_t{at.outputs} * at.inputs;
        first = at.biases + at.outputs;
    }
    return at;
}

MC_HOST_DEVICE std::uint64_t parameter_count(const NetworkShape& shape) {
    const NetworkLayer last = network_layer(shape, shape.depth);
    return last.biases + last.outputs;
}

}  // namespace modecollapse::vae
