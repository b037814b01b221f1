// Where the arrays of one VAE member lie in the memory of the thread that runs it: one block, made once.
//
// Arrays over samples are (panels, rows, panel_lanes); a tile is the samples that are worked on at once. Tiles depend on the
// problem alone, as the order in which gradients are summed does.
#pragma once

#include <cstddef>
#include <initializer_list>

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
    std::uint64_t panels, padded_parameters;
    std::size_t bytes;
};

// A cursor over the block; a null base learns the size.
class Cursor {
public:
    explicit Cursor(void* base) : base_(reinterpret_cast<std::uintptr_t>(base)) {}
    template <class T>
    void take(T*& array, std::uint64_t count) {
        array = reinterpret_cast<T*>(base_ + used_);  // NOLINT(performance-no-int-to-ptr)
        used_ += (count * sizeof(T) + memory_alignment - 1) / memory_alignment * memory_alignment;
    }
    std::size_t used() const { return used_; }

private:
    std::uintptr_t base_;
    std::size_t used_ = 0;
};

template <class T>
void lay_out(const NetworkShape& shape, std::uint64_t samples, Cursor& cursor, NetworkMemory<T>& m) {
    for (T** array : {&m.packed, &m.packed_transposed}) cursor.take(*array, parameter_count(shape));
    for (T** array : {&m.hidden, &m.slope}) cursor.take(*array, samples * shape.depth * shape.width);
    for (T** array : {&m.above, &m.below}) cursor.take(*array, samples * shape.width);
}

template <class T>
void lay_out(const ConvexShape& shape, std::uint64_t samples, Cursor& cursor, ConvexMemory<T>& m) {
    for (T** array : {&m.weights, &m.packed, &m.packed_transposed}) cursor.take(*array, parameter_count(shape));
    const std::uint64_t layers = samples * (shape.depth + 1) * shape.width;
    for (T** array : {&m.h, &m.first, &m.second, &m.p, &m.q, &m.tangent_a, &m.tangent_h, &m.s, &m.r})
        cursor.take(*array, layers);
}

inline std::uint64_t widest_rows(const Problem& problem) {
    std::uint64_t rows = 2 * problem.latent;
    for (const std::uint64_t other : {std::uint64_t{problem.dimension}, std::uint64_t{problem.encoder.outputs},
                                      std::uint64_t{problem.encoder.width}, std::uint64_t{problem.network.width},
                                      std::uint64_t{problem.first_map.width}, std::uint64_t{problem.second_map.width}})
        rows = other > rows ? other : rows;
    return rows;
}

template <class T>
Memory<T> memory_of(const Problem& problem, void* base) {
    Cursor cursor(base);
    Memory<T> m = {};
    const Layout at = layout_of(problem);
    const std::uint64_t lanes = panel_lanes<T>, samples = tile_samples(problem), l = problem.latent,
                        t = problem.dimension, decoded = samples * classes_of(problem);
    m.panels = samples / lanes;
    m.padded_parameters = (at.count + lanes - 1) / lanes * lanes;
    for (T** array : {&m.parameters, &m.first_moment, &m.second_moment, &m.gradient})
        cursor.take(*array, m.padded_parameters);
    lay_out(problem.encoder, samples, cursor, m.encoder);
    m.encoder.parameters = m.parameters + at.encoder;
    m.encoder.gradient = m.gradient + at.encoder;
    if (problem.decoder != Decoder::brenier) {
        lay_out(problem.network, decoded, cursor, m.network);
        m.network.parameters = m.parameters + at.network;
        m.network.gradient = m.gradient + at.network;
    } else {
        lay_out(problem.first_map, decoded, cursor, m.first_map);
        lay_out(problem.second_map, decoded, cursor, m.second_map);
        m.first_map.gradient = m.gradient + at.first_map;
        m.second_map.gradient = m.gradient + at.second_map;
    }
    cursor.take(m.x, samples * t);
    cursor.take(m.eps, samples * l);
    for (T** array : {&m.code, &m.d_code}) cursor.take(*array, samples * problem.encoder.outputs);
    for (T** array : {&m.weight, &m.class_kl}) cursor.take(*array, samples);
    for (T** array : {&m.f, &m.df, &m.wide, &m.d_wide}) cursor.take(*array, decoded * t);
    for (T** array : {&m.z, &m.dz, &m.middle}) cursor.take(*array, decoded * l);
    for (T** array : {&m.share, &m.log_share, &m.kl, &m.misfit}) cursor.take(*array, decoded);
    cursor.take(m.transposed, decoded * (widest_rows(problem) + 2 * lanes));
    m.bytes = cursor.used();
    return m;
}

}  // namespace modecollapse::vae
