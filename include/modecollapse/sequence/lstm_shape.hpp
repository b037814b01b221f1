// The shape of an LSTM over embedded tokens [Hochreiter and Schmidhuber, Neural Computation 9 (1997) 1735; with a forget gate:
// Gers, Schmidhuber, Cummins, Neural Computation 12 (2000) 2451], and where its parameters lie.
//
//   e_t = E_{x_t},   (i, f, g, o)_t = (s, s, tanh, s)( W e_t + U h_{t-1} + b ),   s(a) = 1 / (1 + e^{-a})
//   c_t = f_t c_{t-1} + i_t g_t,   h_t = o_t tanh(c_t),   h_0 = c_0 = 0
//
// Parameters in order: E (words, embedding) row-major; W (4 width, embedding), U (4 width, width), b (4 width), rows of i, f, g, o
// one after another.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/number.hpp"

namespace modecollapse::sequence {

struct LstmShape {
    std::uint32_t words = 100, embedding = 32, width = 32;

    MC_HOST_DEVICE std::uint32_t gates() const { return 4 * width; }
};

// Offsets among the parameters of an LSTM.
struct LstmLayout {
    std::uint64_t embedding, input, recurrent, biases, count;
};

MC_HOST_DEVICE LstmLayout layout_of(const LstmShape& shape) {
    LstmLayout at = {};
    at.input = std::uint64_t{shape.words} * shape.embedding;
    at.recurrent = at.input + std::uint64_t{shape.gates()} * shape.embedding;
    at.biases = at.recurrent + std::uint64_t{shape.gates()} * shape.width;
    at.count = at.biases + shape.gates();
    return at;
}

}  // namespace modecollapse::sequence
