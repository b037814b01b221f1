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
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::linear_vae {

// Axes of the frame in which sgd holds W, V and W*.
MC_HOST_DEVICE constexpr int frame_size(int latent, int signal) { return 2 * latent + signal; }

MC_HOST_DEVICE std::uint64_t batch_blocks(const Payload& problem) {
    const auto frame = static_cast<std::uint64_t>(frame_size(problem.latent, problem.signal));
    if (problem.dynamics == Dynamics::sgd_full)
        return problem.batch *
               ((static_cast<std::uint64_t>(problem.dimension) + static_cast<std::uint64_t>(problem.signal) + 3) / 4);
    return (problem.batch * frame + 3) / 4;
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

// Normals one after another from the blocks of a purpose, the first of which is `block`. Normals: a source of blocks
// (sgd/draws.hpp).
template <class Real, class Normals>
class NormalSequence {
public:
    MC_HOST_DEVICE NormalSequence(const Normals& normals, Purpose purpose, std::uint64_t block)
        : normals_(normals), purpose_(purpose), block_(block) {}
    MC_HOST_DEVICE Real next() {
        if (used_ == 4) {
            drawn_ = normals_(purpose_, block_++);
            used_ = 0;
        }
        switch (used_++) {  // an index that is known only when run would put the block into memory
            case 0:
                return drawn_.value[0];
            case 1:
                return drawn_.value[1];
            case 2:
                return drawn_.value[2];
            default:
                return drawn_.value[3];
        }
    }

private:
    const Normals& normals_;
    Purpose purpose_;
    std::uint64_t block_;
    NormalBlock<Real> drawn_ = {};
    int used_ = 4;
};

// Lower trapezoidal A of 2 M rows with A A^T ~ Wishart_2M(I, degrees) [Bartlett 1933]: a_ik normal for k < min(i,
// degrees), a_ii the root of a chi-square of degrees - i; so degrees < 2 M needs no special case.
template <int most, class Real, class Sequence, class Chi>
MC_HOST_DEVICE void bartlett_factor(Real (&a)[most][most], int rows, double degrees, Sequence& normals,
                                    const Chi& chi_square) {
    for (int i = 0; i < rows; ++i) {
        for (int k = 0; k < rows; ++k) a[i][k] = Real(0.0);
        for (int k = 0; k < i; ++k) {
            const Real normal = normals.next();
            if (static_cast<double>(k) < degrees - 0.5) a[i][k] = normal;
        }
        const double left = degrees - static_cast<double>(i);
        if (left > 0.5) a[i][i] = sqrt(chi_square(i, left));
    }
}

}  // namespace modecollapse::linear_vae
