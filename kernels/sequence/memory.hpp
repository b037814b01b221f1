// Where the arrays of one sequence VAE member lie in the memory of the thread that runs it: one block, made once.
//
// A tile is the sentences that are worked on at once, a chunk the places of them whose logits are. Both depend on the problem
// alone, as the order in which gradients are summed does.
#pragma once

#include <initializer_list>

#include "kernels/sequence/lstm.hpp"
#include "kernels/sequence/synthetic_lanes.hpp"
#include "kernels/vae/memory.hpp"
#include "modecollapse/sequence/problem.hpp"

namespace modecollapse::sequence {

inline constexpr std::uint64_t most_sentences = 64, most_places = 128;  // of a tile, of a chunk

// Sentences of a tile: a multiple of 16, so that panels of either precision divide it.
MC_HOST_DEVICE std::uint64_t tile_sentences(const Problem& problem) {
    const std::uint64_t sentences = problem.batch < most_sentences ? problem.batch : most_sentences;
    return (sentences + 15) / 16 * 16;
}

template <class T>
struct HeadMemory {
    T *packed, *packed_transposed;  // linear: W
    vae::ConvexMemory<T> first_map, second_map;
    // a chunk: panels, rows, lanes
    T *joined, *d_joined;  // (width + l): [h, z], and the gradient in it
    T* middle;             // (width + l): T1(u), in reverse the gradient in it
    T *wide, *d_wide;      // (v): E T1(u), and the gradient in it
    T* logits;             // (v); in reverse the gradient in them
    int chunk_panels;
};

template <class T>
struct Memory {
    // the member: (count), padded with zeros to whole panels
    T *parameters, *first_moment, *second_moment, *gradient;
    LstmMemory<T> encoder, decoder;
    HeadMemory<T> head;
    T *code_packed, *code_packed_transposed;  // A
    vae::Memory<T> latent;                    // of it: eps, code, z, weight, share, kl, misfit and their gradients
    // a tile
    std::int32_t *tokens, *given_tokens;  // (n_max): x_1 .. x_n; x_0 .. x_{n-1} as the decoder is given them
    T* lengths;                           // (1)
    std::int32_t* fresh_tokens;           // (sentences, n_max): fresh ones, one after another
    std::uint32_t* fresh_lengths;         // (sentences)
    double* fresh_work;                   // (source_work, most_source_lanes)
    T* d_last;                            // (width of the encoder): gradient in its last state
    T* d_states;                          // (n_max, width of the decoder): gradient in its states
    T* transposed;
    std::uint64_t panels, padded_parameters;
    std::size_t bytes;
};

template <class T>
void lay_out(const LstmShape& shape, std::uint64_t sentences, std::uint64_t places, vae::Cursor& cursor,
             LstmMemory<T>& m) {
    for (T** array : {&m.input, &m.input_transposed})
        cursor.take(*array, std::uint64_t{shape.gates()} * shape.embedding);
    for (T** array : {&m.recurrent, &m.recurrent_transposed})
        cursor.take(*array, std::uint64_t{shape.gates()} * shape.width);
    cursor.take(m.embedded, places * sentences * shape.embedding);
    cursor.take(m.gates, places * sentences * shape.gates());
    for (T** array : {&m.cell, &m.state}) cursor.take(*array, (places + 1) * sentences * shape.width);
    for (T** array : {&m.d_cell, &m.d_state}) cursor.take(*array, sentences * shape.width);
}

template <class T>
void lay_out_head(const Problem& problem, std::uint64_t places, vae::Cursor& cursor, Memory<T>& m) {
    const Layout at = layout_of(problem);
    HeadMemory<T>& head = m.head;
    const std::uint64_t inputs = head_inputs(problem), words = words_of(problem);
    head.chunk_panels = static_cast<int>(places / panel_lanes<T>);
    if (problem.head == Head::linear) {
        for (T** array : {&head.packed, &head.packed_transposed}) cursor.take(*array, words * inputs);
    } else {
        vae::lay_out(problem.first_map, places, cursor, head.first_map);
        vae::lay_out(problem.second_map, places, cursor, head.second_map);
        head.first_map.gradient = m.gradient + at.head;
        head.second_map.gradient = m.gradient + at.second_map;
        cursor.take(head.middle, places * inputs);
        for (T** array : {&head.wide, &head.d_wide}) cursor.take(*array, places * words);
    }
    for (T** array : {&head.joined, &head.d_joined}) cursor.take(*array, places * inputs);
    cursor.take(head.logits, places * words);
}

template <class T>
void lay_out_latent(const Problem& problem, std::uint64_t sentences, vae::Cursor& cursor, vae::Memory<T>& m) {
    const std::uint64_t l = problem.latent, rows = vae::code_rows(problem.latent, 0);
    for (T** array : {&m.eps, &m.z, &m.dz}) cursor.take(*array, sentences * l);
    for (T** array : {&m.code, &m.d_code}) cursor.take(*array, sentences * rows);
    for (T** array : {&m.weight, &m.class_kl, &m.share, &m.log_share, &m.kl, &m.misfit}) cursor.take(*array, sentences);
}

// Numbers that the transposed arrays of the weight gradients take.
inline std::uint64_t transposed_numbers(const Problem& problem, std::uint64_t sentences, std::uint64_t chunk,
                                        std::uint64_t lanes) {
    std::uint64_t of_lstm = 2 * problem.latent, of_head = vae::larger(words_of(problem), head_inputs(problem));
    for (const LstmShape& shape : {problem.encoder, problem.decoder})
        of_lstm = vae::larger(of_lstm, vae::larger(shape.gates(), shape.embedding));
    if (problem.head == Head::brenier)
        of_head = vae::larger(of_head, vae::larger(problem.first_map.width, problem.second_map.width));
    return vae::larger(sentences * problem.most_tokens * (of_lstm + 2 * lanes), chunk * (of_head + 2 * lanes));
}

template <class T>
Memory<T> memory_of(const Problem& problem, void* base) {
    vae::Cursor cursor(base);
    Memory<T> m = {};
    const Layout at = layout_of(problem);
    const std::uint64_t lanes = panel_lanes<T>, sentences = tile_sentences(problem), places = problem.most_tokens;
    const std::uint64_t chunk = places * sentences < most_places ? places * sentences : most_places;
    m.panels = sentences / lanes;
    m.padded_parameters = (at.count + lanes - 1) / lanes * lanes;
    for (T** array : {&m.parameters, &m.first_moment, &m.second_moment, &m.gradient})
        cursor.take(*array, m.padded_parameters);
    lay_out(problem.encoder, sentences, places, cursor, m.encoder);
    lay_out(problem.decoder, sentences, places, cursor, m.decoder);
    m.encoder.parameters = m.parameters + at.encoder;
    m.encoder.gradient = m.gradient + at.encoder;
    m.decoder.parameters = m.parameters + at.decoder;
    m.decoder.gradient = m.gradient + at.decoder;
    lay_out_head(problem, chunk, cursor, m);
    const std::uint64_t rows = vae::code_rows(problem.latent, 0);
    for (T** array : {&m.code_packed, &m.code_packed_transposed}) cursor.take(*array, rows * problem.encoder.width);
    lay_out_latent(problem, sentences, cursor, m.latent);
    for (std::int32_t** array : {&m.tokens, &m.given_tokens}) cursor.take(*array, places * sentences);
    cursor.take(m.lengths, sentences);
    if (problem.fresh.parameters) {
        cursor.take(m.fresh_tokens, sentences * places);
        cursor.take(m.fresh_lengths, sentences);
        cursor.take(m.fresh_work, source_work(problem.fresh.law) * most_source_lanes);
    }
    cursor.take(m.d_last, sentences * problem.encoder.width);
    cursor.take(m.d_states, places * sentences * problem.decoder.width);
    cursor.take(m.transposed, transposed_numbers(problem, sentences, chunk, lanes));
    m.bytes = cursor.used();
    return m;
}

}  // namespace modecollapse::sequence
