// Who draws what in a step of sampled dynamics: a registry of counter blocks, so that no two draws share one.
//
// A block is four 32-bit words. Two of them give two normals (32-bit uniforms, Box and Muller: |z| up to 6.7), a block
// gives four.
//
//   purpose               block                                      drawn a step
//   sample_normals        step x sample_blocks_per_step + i
//       reduced sampler   i = min(d,3) floor(b/2) + ...              min(d,3) ceil(B/2) blocks = 2 B min(d,3) normals
//                                                                    for even B: samples b, b+1 of stratum 1 and 2
//                                                                    take their min(d,3) normals in the order
//                                                                    (1,b) (2,b) (1,b+1) (2,b+1)
//       full sampler      i = (2 b + j) ceil(d/4) + k                2 B ceil(d/4) blocks: four coordinates a block,
//                                                                    strata j = 0, 1
//   wishart_normals       step x 2 + {0, 1}                          0, 1 or 2 blocks, of which 1 or 6 normals are used
//   wishart_chi_squares   (step x 6 + c) x 64 + attempt              chi-square c < 6 owns 64 blocks
//                                                                    (random/normal_variates.hpp)
//   diffusion_normals     step x diffusion_blocks_per_step + i       diffusion approximation: 1 block for `plain`, 3
//                                                                    for `pathwise`, 5 for `reparameterized`, of which
//                                                                    4, 12 or 18 normals are used, stratum 1 first; 1
//                                                                    Wishart block and 2 chi-squares where the reduced
//                                                                    sampler draws any. Independent of B.
//
// The reduced sampler draws its orthogonal part only where there is one: not for `plain`, not for d <= 3, not at beta =
// 1 for pathwise. `block` has 48 bits; steps_that_fit() says how many steps that allows.
#pragma once

#include "modecollapse/random/normal_variates.hpp"
#include "modecollapse/sgd/payload.hpp"

namespace modecollapse {

inline constexpr std::uint64_t wishart_blocks_per_step = 2;
inline constexpr std::uint64_t chi_squares_per_step =
    6;  // four diagonal entries of a 4 x 4 Bartlett factor, two traces

// Coordinates of a sample in the frame of the reduced sampler.
MC_HOST_DEVICE int frame_size(double dimension) { return dimension < 2.5 ? 2 : 3; }

MC_HOST_DEVICE std::uint64_t blocks_per_full_sample(double dimension) {
    return (static_cast<std::uint64_t>(dimension) + 3) / 4;
}

MC_HOST_DEVICE std::uint64_t reduced_blocks_per_step(const SgdPayload& problem) {
    return static_cast<std::uint64_t>(frame_size(problem.dimension)) * ((problem.batch + 1) / 2);
}
MC_HOST_DEVICE std::uint64_t full_blocks_per_step(const SgdPayload& problem) {
    return 2 * problem.batch * blocks_per_full_sample(problem.dimension);
}

MC_HOST_DEVICE constexpr int diffusion_blocks(SgdProgram kind) {
    return kind == SgdProgram::plain ? 1 : kind == SgdProgram::pathwise ? 3 : 5;
}
MC_HOST_DEVICE std::uint64_t diffusion_blocks_per_step(const SgdPayload& problem) {
    return static_cast<std::uint64_t>(diffusion_blocks(kind_of(problem)));
}

MC_HOST_DEVICE std::uint64_t chi_square_block(std::uint64_t step, std::uint64_t which) {
    return (step * chi_squares_per_step + which) * chi_square_blocks;
}

// Steps after which a block index would need more than 48 bits.
MC_HOST_DEVICE std::uint64_t steps_that_fit(std::uint64_t blocks_per_step) {
    const std::uint64_t most = chi_squares_per_step * chi_square_blocks;
    return (1ull << purpose_shift) / (blocks_per_step > most ? blocks_per_step : most);
}

// Four standard normals a lane: one block.
template <class Real>
struct NormalBlock {
    Real value[4];
};

template <class Real>
MC_HOST_DEVICE NormalBlock<Real> normals_of_uniforms(Real u0, Real u1, Real u2, Real u3) {
    const NormalPair<Real> first = normal_pair(u0, u1), second = normal_pair(u2, u3);
    return {{first.first, first.second, second.first, second.second}};
}

// A source of normal blocks: a functor (purpose, block) -> NormalBlock<Real> for the trajectories in the lanes. This
// one asks a word source lane by lane; kernels/lanes/philox_pack.hpp computes the words of all lanes at once. Both give
// the same bits.
template <class Real, class WordSource>
class LaneNormals {
public:
    static constexpr int lanes = NumberTraits<Real>::lanes;

    // ids: (lanes), kept by the caller.
    MC_HOST_DEVICE LaneNormals(WordSource words, std::uint64_t seed, const std::uint64_t* ids)
        : words_(words), seed_(seed), ids_(ids) {}

    MC_HOST_DEVICE NormalBlock<Real> operator()(Purpose purpose, std::uint64_t block) const {
        double uniform[4][lanes];
        for (int i = 0; i < lanes; ++i) {
            const Words w = words_(seed_, counter_of(purpose, block, ids_[i]));
            for (int k = 0; k < 4; ++k) uniform[k][i] = uniform_32(w.value[k]);
        }
        return normals_of_uniforms(load<Real>(uniform[0]), load<Real>(uniform[1]), load<Real>(uniform[2]),
                                   load<Real>(uniform[3]));
    }

private:
    WordSource words_;
    std::uint64_t seed_;
    const std::uint64_t* ids_;
};

}  // namespace modecollapse
