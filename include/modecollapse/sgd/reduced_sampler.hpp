// The reduced sampler: SGD on the order parameters themselves, exactly in law, at a cost of O(B) a step for every d
// (PHYSICS section 6).
//
// Samples enter a step through their coordinates in the frame of span(mu1, mu2, mu*), min(d, 3) normals each, and
// through the orthogonal part of the gradient, whose law given those coordinates is that of random/wishart.hpp. The
// state is (m1, m2, u, coordinate of the weight). Not exact for the estimator `score` at beta != 1, where the
// coefficients depend on |z^perp| too: host/ refuses that.
#pragma once

#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/random/wishart.hpp"
#include "modecollapse/sgd/spherical_step.hpp"

namespace modecollapse {

// The two means and the noise of the gradients in the frame and two more axes. Index: [mean][axis].
template <class Real>
struct FrameVectors {
    static constexpr int most = 5;
    Real n[2][most];
    Real v[2][most];
    std::uint64_t size;  // axes in use: 3 where the gradient lies in the span
    MC_HOST_DEVICE Real mean(int i, std::uint64_t k) const { return n[i][k]; }
    MC_HOST_DEVICE void set_mean(int i, std::uint64_t k, Real x) { n[i][k] = x; }
    MC_HOST_DEVICE Real noise(int i, std::uint64_t k) const { return v[i][k]; }
    template <class Function>
    MC_HOST_DEVICE SumPair<Real> sum(const Function& f) const {
        SumPair<Real> sum = {Real(0.0), Real(0.0)};
        MC_UNROLL_ALL
        for (std::uint64_t k = 0; k < most; ++k) {
            if (k == size) break;
            const SumPair<Real> term = f(k);
            sum = {sum.first + term.first, sum.second + term.second};
        }
        return sum;
    }
};

// The gradient of one batch: coefficients, and noise along the axes of the frame.
template <class Real>
struct ReducedGradient {
    FrameVectors<Real> vectors;
    GradientCoefficients<Real> coefficients;
};

// The means where the frame says, with room for the orthogonal part of a gradient that is `noisy`.
template <class Real>
MC_HOST_DEVICE void place(FrameVectors<Real>& vectors, const Frame<Real>& frame, bool noisy) {
    const Real n[2][3] = {{frame.m1, frame.b1, Real(0.0)}, {frame.m2, frame.b2, frame.c2}};
    for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 3; ++k) vectors.n[i][k] = n[i][k];
    vectors.size = noisy ? FrameVectors<Real>::most : 3;
}

template <class Real>
MC_HOST_DEVICE void add_orthogonal(FrameVectors<Real>& vectors, const OrthogonalPart<Real>& part) {
    for (int k = 0; k < 2; ++k) {
        vectors.v[0][3 + k] = part.first[k];
        vectors.v[1][3 + k] = part.second[k];
    }
}

// The state after one step along a gradient; moves the gradient's means.
template <class Real>
MC_HOST_DEVICE OrderParameters<Real> descended(const SgdPayload& problem, const OrderParameters<Real>& y,
                                               ReducedGradient<Real>& g) {
    OrderParameters<Real> next = spherical_step(g.vectors, g.coefficients, problem.radius, problem.learning_rate);
    next.weight = weight_step(problem.geometry, y.weight, g.coefficients.difference, Real(problem.learning_rate));
    return next;
}

// Samples b and b + 1 of both strata: sample b + i of stratum j is z[2 i + j], in the frame.
template <class Real>
struct SampleDraws {
    Real z[4][3];
};

// A batch while its samples are added.
template <class Real, SgdProgram kind>
struct ReducedBatch {
    using Sums = BatchSums<Real, kind>;
    Sums sums;
    Frame<Real> frame;
    Real noise[2][3];              // sum_jb p_ijb z_jb
    Real baseline_noise[2][2][3];  // by stratum j: sum_b n_ijb z_jb

    template <int j>
    MC_HOST_DEVICE SampleTerms<Real> terms(const Real (&z)[3]) const {
        SampleProjections<Real> projections;
        projections.mode = z[0];
        projections.difference = fma(frame.m1 - frame.m2, z[0], fma(frame.b1 - frame.b2, z[1], -(frame.c2 * z[2])));
        projections.second = fma(frame.m2, z[0], fma(frame.b2, z[1], frame.c2 * z[2]));
        projections.squared = fma(z[0], z[0], fma(z[1], z[1], z[2] * z[2]));
        return sums.template terms<j>(projections);
    }

    // Samples are added in the order of b; of the same b, stratum 0 first.
    template <int j>
    MC_HOST_DEVICE void add(const Real (&z)[3], const SampleTerms<Real>& terms) {
        const SampleCoefficients<Real> c = sums.template add<j>(terms);
        if constexpr (Sums::has_noise) {
            for (int i = 0; i < 2; ++i)
                for (int k = 0; k < 3; ++k) {
                    noise[i][k] = fma(c.p[i], z[k], noise[i][k]);
                    if (kind == SgdProgram::score && sums.leave_one_out())
                        baseline_noise[j][i][k] = fma(c.n[i], z[k], baseline_noise[j][i][k]);
                }
        }
    }
};

// Normals: a source of normal blocks for the trajectories `ids` (lanes). WordSource: see random/streams.hpp.
template <class Real, SgdProgram kind, class Normals, class WordSource>
class ReducedSampler {
    using State = OrderParameters<Real>;
    using Sums = BatchSums<Real, kind>;

public:
    using Batch = ReducedBatch<Real, kind>;

    MC_HOST_DEVICE ReducedSampler(const SgdPayload& problem, const Normals& normals, WordSource words,
                                  std::uint64_t seed, const std::uint64_t* ids)
        : problem_(problem), normals_(normals), orthogonal_(problem, normals, words, seed, ids) {}

    // The state after step number `step` (0, 1, ...), which begins at time step x learning_rate.
    MC_HOST_DEVICE State step(const State& y, std::uint64_t step) const {
        NeverGivenUp never;
        return this->step(y, step, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE State step(const State& y, std::uint64_t step, GivenUp& given_up) const {
        ReducedGradient<Real> g = gradient(y, step, given_up);
        return descended(problem_, y, g);
    }

    MC_HOST_DEVICE ReducedGradient<Real> gradient(const State& y, std::uint64_t step) const {
        NeverGivenUp never;
        return this->gradient(y, step, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE ReducedGradient<Real> gradient(const State& y, std::uint64_t step, GivenUp& given_up) const {
        Batch batch = begun(y, step);
        for (std::uint64_t b = 0; b < problem_.batch; b += 2) {
            if (given_up(4 * static_cast<std::uint64_t>(frame_size(problem_.dimension)))) break;
            const SampleDraws<Real> x = draw(step, b);
            batch.template add<0>(x.z[0], batch.template terms<0>(x.z[0]));
            batch.template add<1>(x.z[1], batch.template terms<1>(x.z[1]));
            if (b + 1 == problem_.batch) break;
            batch.template add<0>(x.z[2], batch.template terms<0>(x.z[2]));
            batch.template add<1>(x.z[3], batch.template terms<1>(x.z[3]));
        }
        return gradient_of(batch, step);
    }

    // The parts of a step, for who shares its samples among threads (kernels/sgd/warp.cuh).
    MC_HOST_DEVICE Batch begun(const State& y, std::uint64_t step) const {
        const StateWeights<Real> w = weights_of_state(problem_, y);
        return {Sums(problem_, y, w.weights, w.log_odds, beta_at_step(problem_, step)),
                frame_of(y, frame_size(problem_.dimension)),
                {},
                {}};
    }

    // b: even. The order of the draws is part of the result: draws.hpp.
    MC_HOST_DEVICE SampleDraws<Real> draw(std::uint64_t step, std::uint64_t b) const {
        const Real zero = Real(0.0);
        const int size = frame_size(problem_.dimension);
        const std::uint64_t block = step * reduced_blocks_per_step(problem_) + b / 2 * static_cast<std::uint64_t>(size);
        const NormalBlock<Real> first = normals_(Purpose::sample_normals, block);
        const NormalBlock<Real> second = normals_(Purpose::sample_normals, block + 1);
        if (size == 2)
            return {{{first.value[0], first.value[1], zero},
                     {first.value[2], first.value[3], zero},
                     {second.value[0], second.value[1], zero},
                     {second.value[2], second.value[3], zero}}};
        const NormalBlock<Real> third = normals_(Purpose::sample_normals, block + 2);
        return {{{first.value[0], first.value[1], first.value[2]},
                 {first.value[3], second.value[0], second.value[1]},
                 {second.value[2], second.value[3], third.value[0]},
                 {third.value[1], third.value[2], third.value[3]}}};
    }

    // Once all samples are in.
    MC_HOST_DEVICE ReducedGradient<Real> gradient_of(const Batch& batch, std::uint64_t step) const {
        const double beta = beta_at_step(problem_, step);
        ReducedGradient<Real> g = {};
        place(g.vectors, batch.frame, Sums::has_noise);
        g.coefficients = batch.sums.coefficients();
        if constexpr (Sums::has_noise) {
            for (int i = 0; i < 2; ++i)
                for (int k = 0; k < 3; ++k) {
                    g.vectors.v[i][k] = batch.noise[i][k];
                    for (int j = 0; j < 2; ++j)
                        g.vectors.v[i][k] =
                            fma(-g.coefficients.baseline[j], batch.baseline_noise[j][i][k], g.vectors.v[i][k]);
                }
            if (kind != SgdProgram::pathwise || beta != 1.0) {
                const bool with_traces = problem_.geometry != WeightGeometry::fixed && beta != 1.0;
                const OrthogonalPart<Real> part = orthogonal_(g.coefficients.square, step, with_traces);
                add_orthogonal(g.vectors, part);
                // f contains (beta - 1) |z|^2 / 2
                g.coefficients.difference = fma(Real(0.5 * (beta - 1.0) / static_cast<double>(problem_.batch)),
                                                part.traces, g.coefficients.difference);
            }
        }
        return g;
    }

private:
    const SgdPayload& problem_;
    const Normals& normals_;
    OrthogonalLaw<Real, Normals, WordSource> orthogonal_;
};

}  // namespace modecollapse
