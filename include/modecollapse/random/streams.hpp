// Random numbers as a pure function of (seed, purpose, trajectory, block): Philox4x32-10 [Salmon et al., SC 2011].
//
//   key     = seed                                   (64 bits)
//   counter = (purpose << 48 | block, trajectory)    (64 bits each, low word first)
//
// One block is four 32-bit words. With this layout the words are those of cuRAND after
//   curand_init(seed, trajectory, 4 * (purpose << 48 | block), &state);  curand4(&state)
// (for purpose 0, block 0 that is plain curand_init(seed, trajectory, 0)). No generator state is ever stored.
//
// A word source is any functor (seed, Counter) -> Words: Random123 below on the CPU, cuRAND in
// kernels/device/curand.cuh on the GPU.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

// The only registry of uses of randomness. Entries are never reordered, removed or reused: a number here is part of
// every result.
enum class Purpose : std::uint64_t {
    initial_directions = 0,         // blocks 0 and 1: the in-plane normals of mu1 and of mu2
    initial_chi_square_first = 1,   // block j: attempt j at the chi-square of mu1
    initial_chi_square_second = 2,  // block j: attempt j at the chi-square of mu2
    sample_normals = 3,             // sampled dynamics; who owns which block: sgd/draws.hpp
    wishart_normals = 4,            // the same
    wishart_chi_squares = 5,        // the same
    diffusion_normals = 6,          // the same
    sobol_matrix = 10,        // id: replicate; block 32 j + r: rows 2 r and 2 r + 1 of the bit matrix of dimension j
    sobol_shift = 11,         // id: replicate; block j: digital shift of dimension j
    rare_proposal = 13,       // id: draw; block l << 8 | b: block b of a draw of level l
    realnvp_parameters = 20,  // RealNVP flows, id: member; who owns which block: realnvp/draws.hpp
    realnvp_batch = 21,       // the same
    realnvp_evaluation = 22,  // the same
    realnvp_target = 23,      // the same
    realnvp_masks = 24,       // the same
    realnvp_draws = 25,       // the same
    linear_vae_start_normals = 30,   // linear VAEs, id: member; who owns which block: linear_vae/draws.hpp
    linear_vae_start_gammas = 31,    // the same
    linear_vae_batch = 32,           // the same
    linear_vae_wishart = 33,         // the same
    linear_vae_wishart_gammas = 34,  // the same
    components_start_normals = 40,   // K components, id: member; who owns which block: components/draws.hpp
    components_start_gammas = 41,    // the same
    components_batch = 42,           // the same
    components_wishart = 43,         // the same
    components_wishart_gammas = 44,  // the same
    components_nodes = 45,           // the same
    vae_parameters = 50,             // trained VAEs, id: member; who owns which block: vae/draws.hpp
    vae_choice = 51,                 // the same
    vae_data = 52,                   // the same
    vae_noise = 53,                  // the same
    vae_held_out_choice = 54,        // the same
    vae_held_out_data = 55,          // the same
    vae_held_out_noise = 56,         // the same
    sequence_parameters = 60,        // sequence VAEs, id: member; who owns which block: sequence/draws.hpp
    sequence_choice = 61,            // the same
    sequence_noise = 62,             // the same
    sequence_word_dropout = 63,      // the same
    sequence_held_out_noise = 64,    // the same
    sequence_draws = 65,             // the same
    sequence_source_weights = 66,    // synthetic sentences, whoever is trained on them: their source
    sequence_source_draws = 67,      // the same: sentences of the source
    // 7 to 9: sampled dynamics; 12: Sobol scrambles; 14 to 19: rare events; 26 to 29: normalizing flows; 35
    // to 39: linear VAEs; 46 to 49: K components; 57 to 59: VAEs; 68 and 69: sequence VAEs
};

inline constexpr int purpose_shift = 48;

struct Words {
    std::uint32_t value[4];
};

struct Counter {
    std::uint64_t draw;        // purpose << 48 | block
    std::uint64_t trajectory;  // 64-bit id
};

MC_HOST_DEVICE Counter counter_of(Purpose purpose, std::uint64_t block, std::uint64_t trajectory) {
    return {static_cast<std::uint64_t>(purpose) << purpose_shift | block, trajectory};
}

// Uniform on (0, 1) with 52 bits, from two words; never 0 or 1, and exact: (k + 1/2) 2^-52.
MC_HOST_DEVICE double uniform_52(std::uint32_t low, std::uint32_t high) {
    const std::uint64_t mantissa = (static_cast<std::uint64_t>(high) << 32 | low) >> 12;
    return from_bits<double>(mantissa | 0x3ff0000000000000ull) - (1.0 - 1.1102230246251565e-16);
}

// Uniform on (0, 1) with 32 bits, from one word: (k + 1/2) 2^-32.
MC_HOST_DEVICE double uniform_32(std::uint32_t word) {
    return fma(static_cast<double>(word), 2.3283064365386963e-10, 1.1641532182693481e-10);
}

}  // namespace modecollapse
