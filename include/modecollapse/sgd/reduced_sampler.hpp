// The reduced sampler: SGD on the order parameters themselves, exactly in law, at a cost of O(B) a step for every d
// (PHYSICS section 6).
//
// Samples enter a step through their coordinates in the frame of span(mu1, mu2, mu*), min(d, 3) normals each, and
// through the orthogonal part of the gradient, whose law given those coordinates is that of random/wishart.hpp. The
// state is (m1, m2, u, coordinate of the weight). Not exact for the estimator `score` at beta != 1, where the
// coefficients depend on |z^perp| too: host/ refuses that.
#pragma once

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
        return sum_in_order<Real>(size, f);
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

// Normals: a source of normal blocks for the trajectories `ids` (lanes). WordSource: see random/streams.hpp.
template <class Real, SgdProgram kind, class Normals, class WordSource>
class ReducedSampler {
    using State = OrderParameters<Real>;
    using Sums = BatchSums<Real, kind>;

public:
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
        const double beta = beta_at_step(problem_, step);
        const int size = frame_size(problem_.dimension);
        const Frame<Real> frame = frame_of(y, size);
        const StateWeights<Real> w = weights_of_state(problem_, y);
        Batch batch{Sums(problem_, y, w.weights, w.log_odds, beta), frame, {}, {}};
        add_samples(batch, size, step, given_up);

        ReducedGradient<Real> g = {};
        place(g.vectors, frame, Sums::has_noise);
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
    struct Batch {
        Sums sums;
        Frame<Real> frame;
        Real noise[2][3];              // sum_jb p_ijb z_jb
        Real baseline_noise[2][2][3];  // by stratum j: sum_b n_ijb z_jb
    };

    template <int j>
    MC_HOST_DEVICE static void add_sample(Batch& batch, Real x, Real y, Real z) {
        const Frame<Real>& frame = batch.frame;
        SampleProjections<Real> projections;
        projections.mode = x;
        projections.difference = fma(frame.m1 - frame.m2, x, fma(frame.b1 - frame.b2, y, -(frame.c2 * z)));
        projections.second = fma(frame.m2, x, fma(frame.b2, y, frame.c2 * z));
        projections.squared = fma(x, x, fma(y, y, z * z));
        const SampleCoefficients<Real> c = batch.sums.template add<j>(projections);
        if constexpr (Sums::has_noise) {
            for (int i = 0; i < 2; ++i) {
                batch.noise[i][0] = fma(c.p[i], x, batch.noise[i][0]);
                batch.noise[i][1] = fma(c.p[i], y, batch.noise[i][1]);
                batch.noise[i][2] = fma(c.p[i], z, batch.noise[i][2]);
                if (kind == SgdProgram::score && batch.sums.leave_one_out()) {
                    batch.baseline_noise[j][i][0] = fma(c.n[i], x, batch.baseline_noise[j][i][0]);
                    batch.baseline_noise[j][i][1] = fma(c.n[i], y, batch.baseline_noise[j][i][1]);
                    batch.baseline_noise[j][i][2] = fma(c.n[i], z, batch.baseline_noise[j][i][2]);
                }
            }
        }
    }

    // The order of the draws is part of the result: draws.hpp.
    template <class GivenUp>
    MC_HOST_DEVICE void add_samples(Batch& batch, int size, std::uint64_t step, GivenUp& given_up) const {
        const Real zero = Real(0.0);
        std::uint64_t block = step * reduced_blocks_per_step(problem_);
        for (std::uint64_t b = 0; b < problem_.batch; b += 2, block += static_cast<std::uint64_t>(size)) {
            if (given_up(4 * static_cast<std::uint64_t>(size))) return;
            const NormalBlock<Real> first = normals_(Purpose::sample_normals, block);
            const NormalBlock<Real> second = normals_(Purpose::sample_normals, block + 1);
            const bool both = b + 1 < problem_.batch;
            Real z[4][3];
            if (size == 2) {
                for (int k = 0; k < 2; ++k) {
                    z[0][k] = first.value[k];
                    z[1][k] = first.value[2 + k];
                    z[2][k] = second.value[k];
                    z[3][k] = second.value[2 + k];
                }
                z[0][2] = z[1][2] = z[2][2] = z[3][2] = zero;
            } else {
                const NormalBlock<Real> third = normals_(Purpose::sample_normals, block + 2);
                for (int k = 0; k < 3; ++k) {
                    z[0][k] = first.value[k];
                    z[1][k] = k == 0 ? first.value[3] : second.value[k - 1];
                    z[2][k] = k == 2 ? third.value[0] : second.value[2 + k];
                    z[3][k] = third.value[1 + k];
                }
            }
            add_sample<0>(batch, z[0][0], z[0][1], z[0][2]);
            add_sample<1>(batch, z[1][0], z[1][1], z[1][2]);
            if (!both) break;
            add_sample<0>(batch, z[2][0], z[2][1], z[2][2]);
            add_sample<1>(batch, z[3][0], z[3][1], z[3][2]);
        }
    }

    const SgdPayload& problem_;
    const Normals& normals_;
    OrthogonalLaw<Real, Normals, WordSource> orthogonal_;
};

}  // namespace modecollapse
