// A variational autoencoder of sequences of tokens [Bowman and others, arXiv 1511.06349], with an inverse-Lipschitz head [Wang,
// Blei, Cunningham, arXiv 2301.00537; Kinoshita and others, arXiv 2304.12770]: what the members of one ensemble share.
// POSTERIOR part C.
//
//   sentence  x_1 .. x_n, n <= n_max, of v ids with the marks (kernels/sequence/token_table.hpp); x_0 = the start mark
//   prior     z ~ N(0, I_l)
//   encoder   q(z|x) = N(m, diag e^s),  (m, s) = A h_n + a,  h_n the last state of an LSTM over x_1 .. x_n
//   decoder   h_t of a second LSTM, with an embedding of its own, over x_0 .. x_{t-1};  p(x_t | x_<t, z) = softmax(head(h_t, z))
//             linear   W [h_t, z] + b
//             brenier  T2(E T1([h_t, z])),  T_i(u) = grad psi_i(u) + L_i u,  E: the first w + l of v coordinates (w + l <= v),
//                      w the LSTM's width: |head(h, z) - head(h, z')| >= L1 L2 |z - z'|, whatever the history
//   dropout   in training each of x_1 .. x_{n-1} is, with a probability, the unknown word to the decoder
//   objective of a batch of B sentences, one z = m + e^{s/2} eps each: the mean of
//             -sum_t log p(x_t | x_<t, z) + beta_n KL(q(z|x) || p(z))
#pragma once

#include "modecollapse/sequence/lstm_shape.hpp"
#include "modecollapse/sequence/synthetic_source.hpp"
#include "modecollapse/vae/problem.hpp"

namespace modecollapse::sequence {

enum class Head { linear = 0, brenier = 1 };
inline constexpr const char* head_names[] = {"linear", "brenier"};

struct Problem {
    std::uint32_t latent = 2;        // l
    std::uint32_t most_tokens = 10;  // n_max
    SourceView fresh;  // draws the sentences of every batch, of as many words; none: they are those of a table
    LstmShape encoder, decoder;  // both of v words
    Head head = Head::linear;
    vae::ConvexShape first_map, second_map;  // brenier
    vae::InverseLipschitz inverse_lipschitz;
    double word_dropout = 0.0;  // 0 .. 1
    KlWeight kl_weight;         // over steps
    OptimizerSettings optimizer;
    std::uint64_t batch = 32, steps = 2000;
    double activity_floor = 0.01;
    std::uint32_t informative_directions = 1;
    std::uint64_t exact_data = 100;     // held-out sentences whose exact posterior is computed; 0: none
    std::uint64_t exact_samples = 256;  // latent samples a sentence for it, and for the likelihood
};

MC_HOST_DEVICE std::uint32_t words_of(const Problem& problem) { return problem.decoder.words; }

// Inputs of the head: a state of the decoder, and z.
MC_HOST_DEVICE std::uint32_t head_inputs(const Problem& problem) { return problem.decoder.width + problem.latent; }

// The inverse-Lipschitz constant of the head as of a step; linear: 0.
MC_HOST_DEVICE double head_constant(const Problem& problem, double step) {
    const vae::InverseLipschitz& l = problem.inverse_lipschitz;
    return problem.head == Head::linear ? 0.0 : l.at(l.first, step) * l.at(l.second, step);
}

// What all that asks nothing but the latent variable, its outcome and its exact posterior's samples needs.
MC_HOST_DEVICE vae::Problem latent_problem(const Problem& problem) {
    vae::Problem p;
    p.latent = problem.latent;
    p.encoder.outputs = vae::code_rows(problem.latent, 0);
    p.activity_floor = problem.activity_floor;
    p.informative_directions = problem.informative_directions;
    return p;
}

// Where the parameters of a member lie: encoder, A (2 l, its width) and a (2 l), decoder, and the head: W (v, w + l) and b (v), or
// psi1 and psi2.
struct Layout {
    std::uint64_t encoder, code, code_biases, decoder, head, head_biases, second_map, count;
};

MC_HOST_DEVICE Layout layout_of(const Problem& problem) {
    Layout at = {};
    const std::uint64_t code_rows = vae::code_rows(problem.latent, 0);
    at.code = at.encoder + layout_of(problem.encoder).count;
    at.code_biases = at.code + code_rows * problem.encoder.width;
    at.decoder = at.code_biases + code_rows;
    at.head = at.decoder + layout_of(problem.decoder).count;
    if (problem.head == Head::linear) {
        at.head_biases = at.second_map = at.head + std::uint64_t{words_of(problem)} * head_inputs(problem);
        at.count = at.head_biases + words_of(problem);
    } else {
        at.head_biases = at.second_map = at.head + vae::parameter_count(problem.first_map);
        at.count = at.second_map + vae::parameter_count(problem.second_map);
    }
    return at;
}

}  // namespace modecollapse::sequence
