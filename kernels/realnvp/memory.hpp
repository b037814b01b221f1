// Where the arrays of one RealNVP member lie in the memory of the thread that runs it: one block, made once, no
// allocation in between.
//
// Arrays over samples are (panels, rows, panel_lanes); a tile is the samples whose activations are kept for the reverse
// pass. Tiles depend on the shape and the batch alone, as the order in which gradients are summed does.
#pragma once

#include <cstddef>

#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

inline constexpr std::uint64_t panel_bytes = 64;

// What a program for a GPU is compiled for: one for any target would take registers from the one for two modes.
enum class TargetKind { bimodal, any };

// Kept of a sample for the monitors: log q, log p, and <mu*, x> or the coordinates in the span of K* modes.
MC_HOST_DEVICE std::uint64_t numbers_of_a_sample(const RealnvpProblem& problem) {
    return 2 + static_cast<std::uint64_t>(problem.modes.span);
}

// Samples of a tile: a multiple of 16, so that panels of either precision divide it; 256 unless the activations would
// take too much memory.
MC_HOST_DEVICE std::uint64_t tile_samples(const RealnvpShape& shape, std::uint64_t batch) {
    const std::uint64_t numbers =
        static_cast<std::uint64_t>(shape.layers) * (2 * shape.dimension + shape.depth * shape.width);
    std::uint64_t samples = 8 * 1024 * 1024 / numbers;
    if (samples > 256) samples = 256;
    if (samples > batch) samples = batch + 15;
    return samples < 32 ? 16 : samples / 16 * 16;
}

template <class T>
struct RealnvpMemory {
    // the member: (parameter_count), padded with zeros to whole panels
    T *parameters, *first_moment, *second_moment, *gradient;
    T *packed, *packed_transposed;  // the weights in the order of the products and of the reverse products
    std::uint32_t* order;           // (layers, d): realnvp/draws.hpp
    // a tile
    T *x, *score, *g;                                // (d): samples, grad log q, gradient of the objective
    T* passive;                                      // (layers)(d/2): inputs of the networks
    T* hidden;                                       // (layers)(depth)(width): after tanh
    T* output;                                       // (layers)(d): s and t
    T* active;                                       // (layers)(d/2): what the coupling moved, before
    T *delta_output, *delta_hidden, *delta_passive;  // (d), (depth)(width), (d/2): reverse pass of one layer
    T* transposed;                                   // (samples, rows)
    T *log_det, *squared;                            // (samples): log det J_f; |z|^2
    T *log_q, *log_p;                                // (samples)
    T *along, *pull;                                 // <mu*, x> and tanh; of K* modes (r): coordinates, (K*): shares
    std::uint64_t panels;                            // of a tile
    std::uint64_t padded_parameters;
    std::size_t bytes;  // of all
};

// base: null to learn the size. Aligned to panel_bytes.
template <class T>
[[gnu::always_inline]] inline RealnvpMemory<T> realnvp_memory(const RealnvpProblem& problem, void* base) {
    const RealnvpShape& shape = problem.shape;
    const std::uint64_t lanes = panel_bytes / sizeof(T), d = shape.dimension, half = d / 2, width = shape.width;
    const std::uint64_t samples = tile_samples(shape, problem.batch);
    std::size_t used = 0;
    const auto take = [&used, base ](std::uint64_t bytes) __attribute__((always_inline))->void* {
        // by integers: from a null base the addresses mean nothing, and nobody looks at them
        const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(base) + used;
        void* at = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
        used += (bytes + panel_bytes - 1) / panel_bytes * panel_bytes;
        return at;
    };
    const auto numbers = [&take](std::uint64_t count) __attribute__((always_inline)) {
        return static_cast<T*>(take(count * sizeof(T)));
    };
    RealnvpMemory<T> m = {};
    m.panels = samples / lanes;
    m.padded_parameters = (parameter_count(shape) + lanes - 1) / lanes * lanes;
    T** const whole[] = {&m.parameters, &m.first_moment, &m.second_moment,
                         &m.gradient,   &m.packed,       &m.packed_transposed};
    for (T** array : whole) *array = numbers(m.padded_parameters);
    m.order = static_cast<std::uint32_t*>(take(sizeof(std::uint32_t) * shape.layers * d));
    T** const tiles[] = {&m.x, &m.score, &m.g, &m.delta_output};
    for (T** array : tiles) *array = numbers(samples * d);
    m.passive = numbers(samples * shape.layers * half);
    m.hidden = numbers(samples * shape.layers * shape.depth * width);
    m.output = numbers(samples * shape.layers * d);
    m.active = numbers(samples * shape.layers * half);
    m.delta_hidden = numbers(samples * shape.depth * width);
    m.delta_passive = numbers(samples * half);
    m.transposed = numbers(samples * ((width > d ? width : d) + 2 * lanes));
    T** const rows[] = {&m.log_det, &m.squared, &m.log_q, &m.log_p};
    for (T** array : rows) *array = numbers(samples);
    const TargetModes& modes = problem.modes;
    m.along = numbers(samples * static_cast<std::uint64_t>(modes.span));
    m.pull = numbers(samples * static_cast<std::uint64_t>(modes.count > 0 ? modes.count : 1));
    m.bytes = used;
    return m;
}

}  // namespace modecollapse
