// Where the arrays of one sequence VAE member lie in the memory of the thread that runs it: one block, made once.
//
// A tile is the sentences that are worked on at once, a chunk the places of them whose logits are. Both depend on the problem
// alone, as the order in which gradients are summed does.
#pragma once

#include "kernels/sequence/lstm.hpp"
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
    T* loss;               // (1)
    std::uint64_t chunk_places;
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
    double* fresh_work;                   // (sentences, source_work)
    T* d_last;                            // (width of the encoder): gradient in its last state
    T* d_states;                          // (n_max, width of the decoder): gradient in its states
    T* transposed;
    std::uint64_t panels, padded_parameters;
    std::size_t bytes;
};

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out(const LstmShape& shape, std::uint64_t sentences, std::uint64_t places, AnyCursor& cursor,
                            LstmMemory<T>& m) {
    vae::take_each(cursor, std::uint64_t{shape.gates()} * shape.embedding, m.input, m.input_transposed);
    vae::take_each(cursor, std::uint64_t{shape.gates()} * shape.width, m.recurrent, m.recurrent_transposed);
    cursor.take(m.embedded, places * sentences * shape.embedding);
    cursor.take(m.gates, places * sentences * shape.gates());
    vae::take_each(cursor, (places + 1) * sentences * shape.width, m.cell, m.state);
    vae::take_each(cursor, sentences * shape.width, m.d_cell, m.d_state);
}

// places: of a chunk.
template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out_head(const Problem& problem, std::uint64_t places, AnyCursor& cursor, HeadMemory<T>& head) {
    const std::uint64_t inputs = head_inputs(problem), words = words_of(problem);
    if (problem.head == Head::linear) {
        vae::take_each(cursor, words * inputs, head.packed, head.packed_transposed);
    } else {
        vae::lay_out(problem.first_map, places, cursor, head.first_map);
        vae::lay_out(problem.second_map, places, cursor, head.second_map);
        cursor.take(head.middle, places * inputs);
        vae::take_each(cursor, places * words, head.wide, head.d_wide);
    }
    vae::take_each(cursor, places * inputs, head.joined, head.d_joined);
    cursor.take(head.logits, places * words);
    cursor.take(head.loss, places);
}

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out_latent(const Problem& problem, std::uint64_t sentences, AnyCursor& cursor,
                                   vae::Memory<T>& m) {
    const std::uint64_t l = problem.latent, rows = vae::code_rows(problem.latent, 0);
    vae::take_each(cursor, sentences * l, m.eps, m.z, m.dz);
    vae::take_each(cursor, sentences * rows, m.code, m.d_code);
    vae::take_each(cursor, sentences, m.weight, m.class_kl, m.share, m.log_share, m.kl, m.misfit);
}

// Numbers that the transposed arrays of the weight gradients take. chunk: its places.
MC_HOST_DEVICE std::uint64_t transposed_numbers(const Problem& problem, std::uint64_t sentences, std::uint64_t chunk,
                                                std::uint64_t lanes) {
    using vae::larger;
    const std::uint64_t of_lstms = larger(larger(problem.encoder.gates(), problem.encoder.embedding),
                                          larger(problem.decoder.gates(), problem.decoder.embedding));
    std::uint64_t of_head = larger(words_of(problem), head_inputs(problem));
    if (problem.head == Head::brenier)
        of_head = larger(of_head, larger(problem.first_map.width, problem.second_map.width));
    return larger(sentences * problem.most_tokens * (larger(2 * std::uint64_t{problem.latent}, of_lstms) + 2 * lanes),
                  chunk * (of_head + 2 * lanes));
}

template <class T, class AnyCursor>
MC_HOST_DEVICE void lay_out(const Problem& problem, AnyCursor& cursor, Memory<T>& m) {
    const std::uint64_t sentences = tile_sentences(problem), places = problem.most_tokens, chunk = m.head.chunk_places;
    vae::take_each(cursor, m.padded_parameters, m.parameters, m.first_moment, m.second_moment, m.gradient);
    lay_out(problem.encoder, sentences, places, cursor, m.encoder);
    lay_out(problem.decoder, sentences, places, cursor, m.decoder);
    lay_out_head(problem, chunk, cursor, m.head);
    const std::uint64_t rows = vae::code_rows(problem.latent, 0);
    vae::take_each(cursor, rows * problem.encoder.width, m.code_packed, m.code_packed_transposed);
    lay_out_latent(problem, sentences, cursor, m.latent);
    vae::take_each(cursor, places * sentences, m.tokens, m.given_tokens);
    cursor.take(m.lengths, sentences);
    if (problem.fresh.parameters) {
        cursor.take(m.fresh_tokens, sentences * places);
        cursor.take(m.fresh_lengths, sentences);
        cursor.take(m.fresh_work, sentences * source_work(problem.fresh.law));
    }
    cursor.take(m.d_last, sentences * problem.encoder.width);
    cursor.take(m.d_states, places * sentences * problem.decoder.width);
    cursor.take(m.transposed, transposed_numbers(problem, sentences, chunk, panel_lanes<T>));
}

// The parts of the parameters and of their gradient.
template <class T>
MC_HOST_DEVICE void place_parts(const Layout& at, Memory<T>& m) {
    m.encoder.parameters = m.parameters + at.encoder;
    m.encoder.gradient = m.gradient + at.encoder;
    m.decoder.parameters = m.parameters + at.decoder;
    m.decoder.gradient = m.gradient + at.decoder;
    m.head.first_map.gradient = m.gradient + at.head;
    m.head.second_map.gradient = m.gradient + at.second_map;
}

// For BlockLayers: products read the weights where they stand.
template <class T>
MC_HOST_DEVICE void read_in_place(const LstmShape& shape, LstmMemory<T>& m) {
    const LstmLayout at = layout_of(shape);
    m.input = m.input_transposed = const_cast<T*>(m.parameters) + at.input;
    m.recurrent = m.recurrent_transposed = const_cast<T*>(m.parameters) + at.recurrent;
}
template <class T>
MC_HOST_DEVICE void read_in_place(const Problem& problem, const Layout& at, Memory<T>& m) {
    read_in_place(problem.encoder, m.encoder);
    read_in_place(problem.decoder, m.decoder);
    m.code_packed = m.code_packed_transposed = m.parameters + at.code;
    m.head.packed = m.head.packed_transposed = m.parameters + at.head;
    m.head.first_map.packed = m.head.first_map.packed_transposed = m.head.first_map.weights;
    m.head.second_map.packed = m.head.second_map.packed_transposed = m.head.second_map.weights;
}

template <class T>
Memory<T> memory_of(const Problem& problem, void* base) {
    vae::Cursor cursor(base);
    Memory<T> m = {};
    const Layout at = layout_of(problem);
    const std::uint64_t lanes = panel_lanes<T>, sentences = tile_sentences(problem),
                        all = problem.most_tokens * sentences;
    m.panels = sentences / lanes;
    m.padded_parameters = (at.count + lanes - 1) / lanes * lanes;
    m.head.chunk_places = all < most_places ? all : most_places;
    lay_out(problem, cursor, m);
    place_parts(at, m);
    m.bytes = cursor.used();
    return m;
}

}  // namespace modecollapse::sequence
