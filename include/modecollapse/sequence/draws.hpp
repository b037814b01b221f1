// Who draws what in the training of a sequence VAE: a registry of counter blocks. id: the member.
//
//   purpose                   block                    gives
//   sequence_parameters       floor(i / 4)             parameter i of the start, from word i mod 4: uniform on (-1, 1), scaled
//   sequence_choice           n B + b                  word 0: the sentence in place b of the batch of step n
//                             2^47 + (n B + b) S + c   block c of it, if it is drawn by a source (synthetic_source.hpp),
//                                                      S = 2 + ceil(n_max / 2)
//   sequence_noise            (n B + b) E + c          eps of it, normals 4 c .. 4 c + 3, E = ceil(l / 4)
//   sequence_word_dropout     (n B + b) T + c          words 0 .. 3: are tokens 4 c + 1 .. 4 c + 4 of it dropped?  T = ceil(n_max / 4)
//   sequence_held_out_noise   i E + c                  eps of held-out sentence i
//                             2^47 + j E + c           normals of latent j with which exact posteriors are sampled
//   sequence_draws            i E + c                  z of draw i of the prior, for `sample`
//                             2^47 + i T + c           words 0 .. 3: the uniform numbers of its tokens 4 c + 1 .. 4 c + 4
#pragma once

#include "modecollapse/sequence/problem.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::sequence {

using vae::first_exact_block;
using vae::normal_blocks;

inline constexpr std::uint64_t first_token_block = std::uint64_t{1} << 47;
inline constexpr std::uint64_t first_fresh_block = std::uint64_t{1} << 47;

MC_HOST_DEVICE std::uint64_t token_blocks(const Problem& problem) { return (problem.most_tokens + 3u) / 4u; }

}  // namespace modecollapse::sequence
