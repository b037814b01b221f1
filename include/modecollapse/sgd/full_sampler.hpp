// The full sampler: SGD with the means in R^d and d normals a sample, at a cost of O(d B) a step (PHYSICS section 6).
// Exact for everything.
//
// mu* lies along the first axis. A sample is drawn, reduced to its projections, weighted into the noise of the
// gradients and forgotten.
#pragma once

#include "modecollapse/sgd/draws.hpp"
#include "modecollapse/sgd/spherical_step.hpp"

namespace modecollapse {

// Vectors of R^d that a trajectory needs: n1, n2; then, unless the kind is plain, the noise V_1, V_2 and one sample z;
// with the leave-one-out baseline sum_b n_ijb z_jb for (stratum j, mean i) too.
MC_HOST_DEVICE std::uint64_t full_vectors(const SgdPayload& problem) {
    if (kind_of(problem) == SgdProgram::plain) return 2;
    return problem.estimator == Estimator::score && problem.baseline == Baseline::leave_one_out ? 9 : 5;
}

// Those vectors in memory: (full_vectors, d, lanes), the caller's.
template <class Real, SgdProgram kind>
struct SpaceVectors {
    using Scalar = ScalarOf<Real>;
    static constexpr std::uint64_t lanes = NumberTraits<Real>::lanes;
    Scalar* memory;
    std::uint64_t size;  // d

    MC_HOST_DEVICE Scalar* at(std::uint64_t vector, std::uint64_t k) const {
        return memory + (vector * size + k) * lanes;
    }
    MC_HOST_DEVICE Real mean(int i, std::uint64_t k) const { return load<Real>(at(static_cast<std::uint64_t>(i), k)); }
    MC_HOST_DEVICE void set_mean(int i, std::uint64_t k, Real x) { store(x, at(static_cast<std::uint64_t>(i), k)); }
    MC_HOST_DEVICE Scalar* noise_at(int i, std::uint64_t k) const { return at(2 + static_cast<std::uint64_t>(i), k); }
    MC_HOST_DEVICE Scalar* sample_at(std::uint64_t k) const { return at(4, k); }
    MC_HOST_DEVICE Scalar* baseline_noise_at(int j, int i, std::uint64_t k) const {
        return at(5 + static_cast<std::uint64_t>(2 * j + i), k);
    }
    template <class Function>
    MC_HOST_DEVICE SumPair<Real> sum(const Function& f) const {
        return sum_in_order<Real>(size, f);
    }
    MC_HOST_DEVICE Real noise(int i, std::uint64_t k) const {
        if constexpr (kind == SgdProgram::plain)
            return Real(0.0);
        else
            return load<Real>(noise_at(i, k));
    }
};

template <class Real, SgdProgram kind, class Normals>
class FullSampler {
    using State = OrderParameters<Real>;
    using Sums = BatchSums<Real, kind>;

public:
    // memory: (full_vectors, d, lanes).
    MC_HOST_DEVICE FullSampler(const SgdPayload& problem, const Normals& normals, ScalarOf<Real>* memory)
        : problem_(problem), normals_(normals), vectors_{memory, static_cast<std::uint64_t>(problem.dimension)} {}

    // Puts the means where y says. Which of the rotations about mu* does not matter: the law of what follows is
    // invariant under them.
    MC_HOST_DEVICE void start(const State& y) {
        const Frame<Real> frame = frame_of(y, frame_size(problem_.dimension));
        const Real n[2][3] = {{frame.m1, frame.b1, Real(0.0)}, {frame.m2, frame.b2, frame.c2}};
        for (std::uint64_t k = 0; k < vectors_.size; ++k)
            for (int i = 0; i < 2; ++i) vectors_.set_mean(i, k, k < 3 ? n[i][k] : Real(0.0));
    }

    // The state after step number `step`; y: the one before, as start() or the last step left it.
    MC_HOST_DEVICE State step(const State& y, std::uint64_t step) {
        NeverGivenUp never;
        return this->step(y, step, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE State step(const State& y, std::uint64_t step, GivenUp& given_up) {
        const StateWeights<Real> w = weights_of_state(problem_, y);
        Sums sums(problem_, y, w.weights, w.log_odds, beta_at_step(problem_, step));
        if constexpr (Sums::has_noise) clear(sums.leave_one_out());
        const std::uint64_t blocks = blocks_per_full_sample(problem_.dimension);
        std::uint64_t block = step * full_blocks_per_step(problem_);
        for (std::uint64_t b = 0; b < problem_.batch; ++b) {
            if (given_up(2 * vectors_.size)) return y;
            add_sample<0>(sums, block);
            add_sample<1>(sums, block + blocks);
            block += 2 * blocks;
        }
        const GradientCoefficients<Real> a = sums.coefficients();
        if (sums.leave_one_out()) subtract_baseline(a);
        State next = spherical_step(vectors_, a, problem_.radius, problem_.learning_rate);
        next.weight = weight_step(problem_.geometry, y.weight, a.difference, Real(problem_.learning_rate));
        return next;
    }

private:
    template <int j>
    MC_HOST_DEVICE void add_sample(Sums& sums, std::uint64_t first_block) {
        SampleProjections<Real> projections = {};
        for (std::uint64_t k = 0, block = first_block; k < vectors_.size; k += 4, ++block) {
            const NormalBlock<Real> z = normals_(Purpose::sample_normals, block);
            if (k == 0) projections.mode = z.value[0];
            const int used = vectors_.size - k < 4 ? static_cast<int>(vectors_.size - k) : 4;
            for (int i = 0; i < used; ++i) {
                const Real n1 = vectors_.mean(0, k + i), n2 = vectors_.mean(1, k + i), x = z.value[i];
                projections.difference = fma(n1 - n2, x, projections.difference);
                projections.second = fma(n2, x, projections.second);
                if constexpr (Sums::has_noise) {
                    projections.squared = fma(x, x, projections.squared);
                    store(x, vectors_.sample_at(k + i));
                }
            }
        }
        const SampleCoefficients<Real> c = sums.template add<j>(sums.template terms<j>(projections));
        if constexpr (Sums::has_noise) {
            for (std::uint64_t k = 0; k < vectors_.size; ++k) {
                const Real x = load<Real>(vectors_.sample_at(k));
                for (int i = 0; i < 2; ++i) {
                    add_to(vectors_.noise_at(i, k), c.p[i] * x);
                    if (kind == SgdProgram::score && sums.leave_one_out())
                        add_to(vectors_.baseline_noise_at(j, i, k), c.n[i] * x);
                }
            }
        }
    }

    MC_HOST_DEVICE static void add_to(ScalarOf<Real>* sum, Real x) { store(load<Real>(sum) + x, sum); }

    MC_HOST_DEVICE void clear(bool baseline) {
        for (std::uint64_t k = 0; k < vectors_.size; ++k)
            for (int i = 0; i < 2; ++i) {
                store(Real(0.0), vectors_.noise_at(i, k));
                if (!baseline) continue;
                for (int j = 0; j < 2; ++j) store(Real(0.0), vectors_.baseline_noise_at(j, i, k));
            }
    }

    MC_HOST_DEVICE void subtract_baseline(const GradientCoefficients<Real>& a) {
        for (std::uint64_t k = 0; k < vectors_.size; ++k)
            for (int i = 0; i < 2; ++i)
                for (int j = 0; j < 2; ++j)
                    add_to(vectors_.noise_at(i, k), -(a.baseline[j] * load<Real>(vectors_.baseline_noise_at(j, i, k))));
    }

    const SgdPayload& problem_;
    const Normals& normals_;
    SpaceVectors<Real, kind> vectors_;
};

}  // namespace modecollapse
