// Where the arrays of one VAE member lie in the memory of the thread that runs it: one block, made once.
//
// Arrays over samples are (panels, rows, panel_lanes); a tile is the samples that are worked on at once. Tiles depend on the
// problem alone, as the order in which gradients are summed does.
#pragma once

#include <cstddef>

#include "kernels/lanes/panel.hpp"
#include "kernels/vae/convex_map.hpp"
#include "kernels/vae/network.hpp"
#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

inline constexpr std::uint64_t memory_alignment = 64;

// Samples of a tile: a multiple of 16, so that panels of either precision divide it.
MC_HOST_DEVICE std::uint64_t tile_samples(const Problem& problem) {
    const std::uint64_t largest = 128, samples = problem.batch < largest ? problem.batch : largest;
    return (samples + 15) / 16 * 16;
}

template <class T>
struct Memory {
    // the member: (count), padded with zeros to whole panels
    T *parameters, *first_moment, *second_moment, *gradient;
    NetworkMemory<T> encoder, network;
    ConvexMemory<T> first_map, second_map;
    // a tile
    T *x, *eps;            // (t), (l)
    T *code, *d_code;      // (the encoder's outputs): latent.hpp; gradient in them
    T *weight, *class_kl;  // (1): 1/B or 0; KL(q(y|x) || p(y))
    // the same for every class of the prior, classes one after another
    T *f, *df;                  // (t): the decoder's output, gradient in it
    T *z, *dz;                  // (l)
    T *middle, *wide, *d_wide;  // brenier: T1(z) (l), E T1(z) and the gradient in it (t)
    T *share, *log_share;       // (1): q(y|x)
    T *kl, *misfit;             // (1): KL(q(z|x,y) || p(z|y)); -log p(x|z)
    T* transposed;
    double* terms;  // (1): of the loss
    std::uint64_t panels, padded_parameters;
    std::size_t bytes;
};

// A cursor over the block; a null base learns the size. A block of a CUDA device has one that moves the arrays of the first member
// to another's (kernels/training/wave_memory.cuh).
class Cursor {
public:
    MC_HOST_DEVICE explicit Cursor(void* base) : base_(reinterpret_cast<std::uintptr_t>(base)) {}
    template <class T>
    MC_HOST_DEVICE void take(T*& array, std::uint64_t count) {
        array = reinterpret_cast<T*>(base_ + used_);  // NOLINT(performance-no-int-to-ptr)
        used_ += (count * sizeof(T) + memory_alignment - 1) / memory_alignment * memory_alignment;
    }
    MC_HOST_DEVICE std::size_t used() const { return used_; }

private:
    std::uintptr_t base_;
    std::size_t used_ = 0;
};

// Arrays of `count` numbers each.
template <class AnyCursor, class... Arrays>
MC_HOST_DEVICE void take_each(AnyCursor& cursor, std::uint64_t count, Arrays&... arrays) {
    (cursor.take(arrays, count), ...);
}

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out(const NetworkShape& shape, std::uint64_t samples, AnyCursor& cursor, NetworkMemory<T>& m) {
    take_each(cursor, parameter_count(shape), m.packed, m.packed_transposed);
    take_each(cursor, samples * shape.depth * shape.width, m.hidden, m.slope);
    take_each(cursor, samples * shape.width, m.above, m.below);
}

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out(const ConvexShape& shape, std::uint64_t samples, AnyCursor& cursor, ConvexMemory<T>& m) {
    take_each(cursor, parameter_count(shape), m.weights, m.packed, m.packed_transposed);
    take_each(cursor, samples * (shape.depth + 1) * shape.width, m.h, m.first, m.second, m.p, m.q, m.tangent_a,
              m.tangent_h, m.s, m.r);
}

MC_HOST_DEVICE std::uint64_t larger(std::uint64_t a, std::uint64_t b) { return a > b ? a : b; }

MC_HOST_DEVICE std::uint64_t widest_rows(const Problem& problem) {
    std::uint64_t rows = larger(2 * std::uint64_t{problem.latent}, problem.dimension);
    rows = larger(larger(rows, problem.encoder.outputs), problem.encoder.width);
    return larger(larger(rows, problem.network.width), larger(problem.first_map.width, problem.second_map.width));
}

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out(const Problem& problem, AnyCursor& cursor, Memory<T>& m) {
    const std::uint64_t lanes = panel_lanes<T>, samples = tile_samples(problem), l = problem.latent,
                        t = problem.dimension, decoded = samples * classes_of(problem);
    take_each(cursor, m.padded_parameters, m.parameters, m.first_moment, m.second_moment, m.gradient);
    lay_out(problem.encoder, samples, cursor, m.encoder);
    if (problem.decoder != Decoder::brenier) {
        lay_out(problem.network, decoded, cursor, m.network);
    } else {
        lay_out(problem.first_map, decoded, cursor, m.first_map);
        lay_out(problem.second_map, decoded, cursor, m.second_map);
    }
    cursor.take(m.x, samples * t);
    cursor.take(m.eps, samples * l);
    take_each(cursor, samples * problem.encoder.outputs, m.code, m.d_code);
    take_each(cursor, samples, m.weight, m.class_kl);
    take_each(cursor, decoded * t, m.f, m.df, m.wide, m.d_wide);
    take_each(cursor, decoded * l, m.z, m.dz, m.middle);
    take_each(cursor, decoded, m.share, m.log_share, m.kl, m.misfit);
    cursor.take(m.transposed, decoded * (widest_rows(problem) + 2 * lanes));
    cursor.take(m.terms, samples);
}

// The parts of the parameters and of their gradient.
template <class T>
MC_HOST_DEVICE void place_parts(const Layout& at, Memory<T>& m) {
    m.encoder.parameters = m.parameters + at.encoder;
    m.encoder.gradient = m.gradient + at.encoder;
    m.network.parameters = m.parameters + at.network;
    m.network.gradient = m.gradient + at.network;
    m.first_map.gradient = m.gradient + at.first_map;
    m.second_map.gradient = m.gradient + at.second_map;
}

// For BlockLayers: products read the weights where they stand.
template <class T>
MC_HOST_DEVICE void read_in_place(const Problem&, const Layout& at, Memory<T>& m) {
    m.encoder.packed = m.encoder.packed_transposed = m.parameters + at.encoder;
    m.network.packed = m.network.packed_transposed = m.parameters + at.network;
    m.first_map.packed = m.first_map.packed_transposed = m.first_map.weights;
    m.second_map.packed = m.second_map.packed_transposed = m.second_map.weights;
}

template <class T>
Memory<T> memory_of(const Problem& problem, void* base) {
    Cursor cursor(base);
    Memory<T> m = {};
    const Layout at = layout_of(problem);
    const std::uint64_t lanes = panel_lanes<T>;
    m.panels = tile_samples(problem) / lanes;
    m.padded_parameters = (at.count + lanes - 1) / lanes * lanes;
    lay_out(problem, cursor, m);
    place_parts(at, m);
    m.bytes = cursor.used();
    return m;
}

}  // namespace modecollapse::vae
