// Who draws what in a linear VAE: a registry of counter blocks, so that no two draws share one (random/streams.hpp).
//
//   purpose                     block                          owner
//   linear_vae_start_normals    i                              the start: normal 4 i + j is entry j of block i
//   linear_vae_start_gammas     64 i + attempt                 the start: chi-square i of the Bartlett factor
//   linear_vae_batch            step x blocks a step + i       sgd: B (2 M + M*) normals, sample by sample; sgd_full: N + M*
//                                                              a sample, whole blocks
//   linear_vae_wishart          step x blocks a step + i       sgd: the M (2 M - 1) normals of the Bartlett factor
//   linear_vae_wishart_gammas   64 (2 M step + i) + attempt    sgd: its 2 M chi-squares
#pragma once

#include "modecollapse/linear_vae/problem.hpp"
#include "modecollapse/random/bartlett.hpp"

namespace modecollapse::linear_vae {

// Axes of the frame in which sgd holds W, V and W*.
MC_HOST_DEVICE constexpr int frame_size(int latent, int signal) { return 2 * latent + signal; }

MC_HOST_DEVICE std::uint64_t normals_of_a_sample(const Payload& problem) {
    if (problem.dynamics == Dynamics::sgd_full)
        return static_cast<std::uint64_t>(problem.dimension) + static_cast<std::uint64_t>(problem.signal);
    return static_cast<std::uint64_t>(frame_size(problem.latent, problem.signal));
}
// Rounded up: samples of sgd share blocks.
MC_HOST_DEVICE std::uint64_t blocks_of_a_sample(const Payload& problem) {
    return (normals_of_a_sample(problem) + 3) / 4;
}
MC_HOST_DEVICE std::uint64_t batch_blocks(const Payload& problem) {
    if (problem.dynamics == Dynamics::sgd_full) return problem.batch * blocks_of_a_sample(problem);
    return (problem.batch * normals_of_a_sample(problem) + 3) / 4;
}
MC_HOST_DEVICE std::uint64_t wishart_blocks(int latent) {
    const auto m = static_cast<std::uint64_t>(latent);
    return (m * (2 * m - 1) + 3) / 4;
}

// Steps after which a block index would need more than 48 bits.
MC_HOST_DEVICE std::uint64_t steps_that_fit(const Payload& problem) {
    const std::uint64_t gammas = chi_square_blocks * 2 * static_cast<std::uint64_t>(problem.latent);
    const std::uint64_t blocks = batch_blocks(problem);
    return (1ull << purpose_shift) / (blocks > gammas ? blocks : gammas);
}

}  // namespace modecollapse::linear_vae
