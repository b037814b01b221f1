// Who draws what in the training of a VAE: a registry of counter blocks. id: the member.
//
//   purpose              block              gives
//   vae_parameters       floor(i / 4)       parameter i of the start, from word i mod 4: uniform on (-1, 1), scaled
//   vae_choice           n B + b            words of datum b of step n: word 0 its class, fresh data; word 1 which of
//                                           the points it is, of a fixed number of them
//                        2^47 + i           word 0: class of point i of a fixed number
//   vae_data             i D + c            normals 4 c .. 4 c + 3 of point i, D = ceil(t / 4); fresh data: i = n B + b
//   vae_noise            (n B + b) E + c    eps, E = ceil(l / 4)
//   vae_held_out_*       i, i D + c, i E + c   the same of held-out datum i
//   vae_held_out_noise   2^47 + j E + c     normals of latent j with which exact posteriors are sampled
//   vae_held_out_noise   3 2^46 + i E + c   draw i of the prior, for `sample`; its class: word 0 of
//                                           vae_held_out_choice 2^47 + i
//
// Data of a table: word 1 of vae_choice n B + b is the row of datum b of step n. Where a datum's coordinates are drawn from
// probabilities, word k mod 4 of vae_data (held out: vae_held_out_data) i D + k / 4 is the uniform number of coordinate k.
#pragma once

#include "modecollapse/random/normal_variates.hpp"
#include "modecollapse/random/streams.hpp"
#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

inline constexpr std::uint64_t first_exact_block = std::uint64_t{1} << 47;
inline constexpr std::uint64_t first_draw_block = std::uint64_t{3} << 46;

MC_HOST_DEVICE std::uint64_t normal_blocks(std::uint32_t rows) { return (rows + 3u) / 4u; }

// A block's class of `classes` equally likely ones.
template <class WordSource>
MC_HOST_DEVICE int class_of_block(const WordSource& words, std::uint64_t seed, Purpose purpose, std::uint64_t block,
                                  std::uint64_t member, std::uint32_t classes) {
    const Words w = words(seed, counter_of(purpose, block, member));
    return static_cast<int>(static_cast<double>(classes) * uniform_32(w.value[0]));
}

}  // namespace modecollapse::vae
