// Who draws what in the training of a RealNVP flow: a registry of counter blocks. id: the member.
//
//   purpose                block                            gives
//   realnvp_parameters     floor(i / 4)                     parameter i of the start: uniform on (-1, 1) from word
//                                                           i mod 4, scaled
//   realnvp_batch          (n B + b) D + c                  coordinates 4 c .. 4 c + 3 of base sample b of step n,
//                                                           D = ceil(d / 4)
//   realnvp_evaluation     i D + c                          the same of evaluation sample i (the same at every step
//                                                           that is looked at)
//   realnvp_target         i (D + 1), i (D + 1) + 1 + c     target sample i: word 0 of the first block chooses the
//                                                           mode; coordinates
//   realnvp_masks          pair of layers x 256 + j         words for the random half of the coordinates
//   realnvp_draws          i D + c                          samples drawn from a trained flow
//
// `block` has 48 bits: training checks that the steps fit.
#pragma once

#include "modecollapse/random/normal_variates.hpp"
#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

MC_HOST_DEVICE std::uint64_t blocks_per_flow_sample(std::uint32_t dimension) { return (dimension + 3u) / 4u; }

// Uniform on (-1, 1) from one word.
MC_HOST_DEVICE double symmetric_uniform(std::uint32_t word) { return fma(2.0, uniform_32(word), -1.0); }

// Half-width of the uniform law of the parameters of a matrix at the start: 1 / sqrt(inputs), the usual choice for tanh
// networks; the last matrix's is start_scale times that, so that the flow starts near the identity; its biases are
// zero.
MC_HOST_DEVICE double start_width(const RealnvpProblem& problem, const NetworkMatrix& matrix, bool last) {
    const double width = 1.0 / sqrt(static_cast<double>(matrix.inputs));
    return last ? problem.start_scale * width : width;
}

// Parameters of a member at the start, those of index `first`, `first` + stride, ... of each matrix: several threads
// share the work. What is not drawn (the last biases, padding) is left as it is: zero. parameters: (parameter_count).
template <class T, class WordSource>
MC_HOST_DEVICE void draw_start(const RealnvpProblem& problem, const WordSource& words, std::uint64_t seed,
                               std::uint64_t member, std::uint64_t first, std::uint64_t stride, T* parameters) {
    for (std::uint32_t layer = 0; layer < problem.shape.layers; ++layer)
        for (std::uint32_t i = 0; i <= problem.shape.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(problem.shape, layer, i);
            const bool last = i == problem.shape.depth;
            const double width = start_width(problem, matrix, last);
            const std::uint64_t end = matrix.biases + (last ? 0 : matrix.outputs);
            for (std::uint64_t k = matrix.weights + first; k < end; k += stride) {
                const Words w = words(seed, counter_of(Purpose::realnvp_parameters, k / 4, member));
                parameters[k] = static_cast<T>(width * symmetric_uniform(w.value[k % 4]));
            }
        }
}

// Order of the coordinates in layer `layer`: the d/2 passive ones, then the active ones. order: (d).
template <class WordSource>
MC_HOST_DEVICE void coupling_order(const RealnvpShape& shape, const WordSource& words, std::uint64_t seed,
                                   std::uint64_t member, std::uint32_t layer, std::uint32_t* order) {
    const std::uint32_t d = shape.dimension, half = half_of(shape);
    for (std::uint32_t k = 0; k < d; ++k) order[k] = k;
    if (shape.mask == CouplingMask::random) {  // Fisher and Yates; a word times the range, whose bias is below d / 2^32
        Words w = {};
        for (std::uint32_t k = 0; k + 1 < d; ++k) {
            if (k % 4 == 0) w = words(seed, counter_of(Purpose::realnvp_masks, (layer / 2) * 256u + k / 4, member));
            const std::uint32_t other =
                k + static_cast<std::uint32_t>((static_cast<std::uint64_t>(w.value[k % 4]) * (d - k)) >> 32);
            const std::uint32_t kept = order[k];
            order[k] = order[other];
            order[other] = kept;
        }
    }
    if (layer % 2 == 0) return;
    for (std::uint32_t k = 0; k < half; ++k) {
        const std::uint32_t kept = order[k];
        order[k] = order[half + k];
        order[half + k] = kept;
    }
}

}  // namespace modecollapse
