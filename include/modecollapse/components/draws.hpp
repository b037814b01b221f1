// Who draws what for K components: a registry of counter blocks, so that no two draws share one (random/streams.hpp).
//
//   purpose                     block                          owner
//   components_start_normals    i                              the start: normal 4 i + j is entry j of block i
//   components_start_gammas     64 i + attempt                 the start: chi-square i of the Bartlett factor
//   components_batch            step x blocks a step + i       sgd: the normals of K B samples, whole blocks a sample
//   components_wishart          step x blocks a step + i       sgd: the K (K-1)/2 normals of the Bartlett factor
//   components_wishart_gammas   64 (2 K step + i) + attempt    sgd: its K chi-squares, then K for the traces; with trained
//                               or K (B + 1) step + i          variances, for the K B samples what is outside of the frame
//   components_nodes            128 j + b, id 0                row b of the scramble of dimension j of the fixed set; 64: shift
#pragma once

#include "modecollapse/components/state.hpp"
#include "modecollapse/random/bartlett.hpp"

namespace modecollapse::components {

MC_HOST_DEVICE std::uint64_t blocks_of_a_sample(const Payload& problem) {
    const int outside = trains_variances(problem) && problem.dimension > frame_size(problem) ? 1 : 0;
    return (static_cast<std::uint64_t>(frame_size(problem) + outside) + 3) / 4;
}
MC_HOST_DEVICE std::uint64_t batch_blocks(const Payload& problem) {
    return static_cast<std::uint64_t>(problem.components) * problem.batch * blocks_of_a_sample(problem);
}
MC_HOST_DEVICE std::uint64_t wishart_blocks(int components) {
    return (static_cast<std::uint64_t>(triangle(components, 0)) + 3) / 4;
}

// The first block of chi-square `which` of a step.
MC_HOST_DEVICE std::uint64_t gamma_block(const Payload& problem, std::uint64_t step, std::uint64_t which) {
    const std::uint64_t each = trains_variances(problem) ? problem.batch + 1 : 2;
    return chi_square_blocks * (step * each * static_cast<std::uint64_t>(problem.components) + which);
}

// Steps after which a block index would need more than 48 bits.
MC_HOST_DEVICE std::uint64_t steps_that_fit(const Payload& problem) {
    const std::uint64_t needs[] = {gamma_block(problem, 1, 0), batch_blocks(problem),
                                   wishart_blocks(problem.components)};
    std::uint64_t most = 1;
    for (const std::uint64_t blocks : needs) most = blocks > most ? blocks : most;
    return (1ull << purpose_shift) / most;
}

}  // namespace modecollapse::components
