// The diffusion approximation of sampled dynamics (`sde`): a step of SGD whose batch means are replaced by normal
// variables of the same mean and covariance, at a cost that depends on neither d nor the batch size (PHYSICS section
// 6).
//
//   batch mean of (z, r1, tanh, r1 z, f) in stratum j  ->  E + B^{-1/2} L_j N
//   L_j L_j^T the covariance of one sample (batch_moments.hpp)
//
// with N standard normal, one vector a stratum. The gradients are linear in those means, so their mean is the closed
// field (up to the quadrature, some 1e-8) and their covariance that of a batch. Likewise for the part orthogonal to
// span(mu1, mu2, mu*): a sum of B vectors c_b z_b^perp has the covariance sum_b E[c_b c_b^T] along each of the d - 3
// axes, and a normal of that covariance the Gram matrix of random/wishart.hpp with C replaced by its mean. (f's part
// |z^perp|^2 is uncorrelated with it.) Projection, step and retraction are those of SGD.
//
// What is lost is the batch's law beyond its covariance: of order B^{-1/2} in a step, averaged out over many. The
// estimator `score` is not covered. Normals a step: draws.hpp.
#pragma once

#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/sgd/batch_moments.hpp"
#include "modecollapse/sgd/reduced_sampler.hpp"

namespace modecollapse {

// mean + scale L N for the covariance L L^T, by Cholesky; a direction without variance gets none. covariance: (n, n),
// lower triangle.
template <class Real, int n>
MC_HOST_DEVICE void draw_normal_vector(const Real (&covariance)[n][n], const Real* normals, Real scale,
                                       Real (&mean)[n]) {
    const Real zero = Real(0.0), one = Real(1.0);
    Real factor[n][n], inverse[n];
    MC_UNROLL_ALL
    for (int i = 0; i < n; ++i) {
        Real noise = zero;
        MC_UNROLL_ALL
        for (int k = 0; k <= i; ++k) {
            Real rest = covariance[i][k];
            MC_UNROLL_ALL
            for (int l = 0; l < k; ++l) rest = fma(-factor[i][l], factor[k][l], rest);
            if (k < i) {
                factor[i][k] = rest * inverse[k];
            } else {
                const MaskOf<Real> varies = rest > Real(1e-12) * covariance[i][i];
                const Real root = sqrt(select(varies, rest, one));
                factor[i][i] = select(varies, root, zero);
                inverse[i] = select(varies, one / root, zero);
            }
            noise = fma(factor[i][k], normals[k], noise);
        }
        mean[i] = fma(scale, noise, mean[i]);
    }
}

// Normals that could be drawn in the time of a step's quadrature, at R = 1.
inline constexpr std::uint64_t normals_of_a_quadrature = 200;

// Normals, WordSource: as for ReducedSampler. Kinds plain, pathwise and reparameterized.
template <class Real, SgdProgram kind, class Normals, class WordSource>
class DiffusionSampler {
    using State = OrderParameters<Real>;
    using Sums = BatchSums<Real, kind>;
    using Layout = MomentLayout<kind>;
    static_assert(kind != SgdProgram::score, "the covariance of the estimator score is not covered");

public:
    static constexpr std::uint64_t quadrature_work =
        200;  // a step's quadrature at R = 1 takes as long as so many normals

    MC_HOST_DEVICE DiffusionSampler(const SgdPayload& problem, const Normals& normals, WordSource words,
                                    std::uint64_t seed, const std::uint64_t* ids)
        : problem_(problem), normals_(normals), orthogonal_(problem, normals, words, seed, ids) {}

    MC_HOST_DEVICE State step(const State& y, std::uint64_t step) const {
        NeverGivenUp never;
        return this->step(y, step, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE State step(const State& y, std::uint64_t step, GivenUp& given_up) const {
        if (given_up(normals_of_a_quadrature)) return y;
        ReducedGradient<Real> g = gradient(y, step);
        return descended(problem_, y, g);
    }

    MC_HOST_DEVICE ReducedGradient<Real> gradient(const State& y, std::uint64_t step) const {
        const double beta = beta_at_step(problem_, step);
        const int axes = frame_size(problem_.dimension);
        const Frame<Real> frame = frame_of(y, axes);
        const StateWeights<Real> w = weights_of_state(problem_, y);
        Sums sums(problem_, y, w.weights, w.log_odds, beta);
        const MomentQuadrature<Real, kind> moments(problem_, sums.law(), y, frame, beta);
        // drawn when they are needed: a GPU's thread has no room for them beside the moments' sums
        constexpr int blocks = diffusion_blocks(kind), of_first = (Layout::size + 3) / 4;
        Real normals[2 * Layout::size + 3];

        ReducedGradient<Real> g = {};
        place(g.vectors, frame, Sums::has_noise);
        const BatchMoments<Real, kind> first = moments.template moments<0>();
        draw<0, of_first>(normals, step);
        set_means<0>(sums, first, normals, axes, g.vectors);
        const BatchMoments<Real, kind> second = moments.template moments<1>();
        draw<of_first, blocks>(normals, step);
        set_means<1>(sums, second, normals + Layout::size, axes, g.vectors);
        g.coefficients = sums.coefficients();
        if (Sums::has_noise && (kind != SgdProgram::pathwise || beta != 1.0))
            add_orthogonal(g.vectors, orthogonal_(g.coefficients.square, step, false));
        return g;
    }

private:
    template <int j>
    MC_HOST_DEVICE void set_means(Sums& sums, BatchMoments<Real, kind> moments, const Real* normals, int axes,
                                  FrameVectors<Real>& vectors) const {
        Real(&mean)[Layout::size] = moments.mean;
        draw_normal_vector(moments.covariance, normals, Real(1.0 / sqrt(static_cast<double>(problem_.batch))), mean);
        BatchMeans<Real> means = {};
        means.r1 = mean[Layout::r1];
        means.tanh = mean[Layout::tanh];
        means.r1_squared = moments.r1_squared;
        means.expected_r1 = moments.expected_r1;
        if constexpr (!Layout::plain) {
            means.f = mean[Layout::f];
            MC_UNROLL_ALL
            for (int k = 0; k < 3; ++k) {
                if (k >= axes) break;
                means.z[k] = mean[Layout::z + k];
                if constexpr (Layout::with_score_term) means.r1_z[k] = mean[Layout::r1_z + k];
            }
        }
        sums.template set_means<j>(means, vectors.v);
    }

    // Blocks first .. end - 1 of a step's.
    template <int first, int end>
    MC_HOST_DEVICE void draw(Real* normals, std::uint64_t step) const {
        constexpr int blocks = diffusion_blocks(kind), size = 2 * Layout::size;
        MC_UNROLL_ALL
        for (int i = first; i < end; ++i) {
            const NormalBlock<Real> block =
                normals_(Purpose::diffusion_normals, step * blocks + static_cast<std::uint64_t>(i));
            MC_UNROLL_ALL
            for (int k = 0; k < 4; ++k)
                if (4 * i + k < size) normals[4 * i + k] = block.value[k];
        }
    }

    const SgdPayload& problem_;
    const Normals& normals_;
    OrthogonalLaw<Real, Normals, WordSource> orthogonal_;
};

}  // namespace modecollapse
