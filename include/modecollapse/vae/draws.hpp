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
#pragma once

#include "modecollapse/random/normal_variates.hpp"
#include "modecollapse/random/streams.hpp"
#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

MC_HOST_DEVICE std::uint64_t normal_blocks(std::uint32_t rows) { return (rows + 3u) / 4u; }

}  // namespace modecollapse::vae
