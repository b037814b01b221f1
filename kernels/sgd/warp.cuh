// One step of the reduced sampler by one warp, for ensembles too small to fill a GPU with a trajectory a thread.
//
// A lane draws and evaluates two samples of each stratum and leaves them in shared memory; then every lane adds all of them, in the
// order of the samples: the state is that of ReducedSampler to the bit, in every lane.
#pragma once

#include "kernels/device/curand.cuh"
#include "modecollapse/sgd/reduced_sampler.hpp"

namespace modecollapse {

template <SgdProgram kind, class Normals>
class WarpSampler {
    using Reduced = ReducedSampler<double, kind, Normals, PhiloxWords>;
    using Batch = typename Reduced::Batch;
    static constexpr unsigned int lanes = 32, each = 4;  // samples a lane
    static constexpr bool plain = kind == SgdProgram::plain;

public:
    // What a warp shares: (numbers of a sample, samples of a lane, lanes).
    using Shared = double[plain ? 2 : 6][each][lanes];

    __device__ WarpSampler(const SgdPayload& problem, const Reduced& reduced, Shared& shared)
        : problem_(problem), reduced_(reduced), shared_(shared), lane_(threadIdx.x % lanes) {}

    // Called by the whole warp.
    __device__ OrderParameters<double> step(const OrderParameters<double>& y, std::uint64_t step) const {
        Batch batch = reduced_.begun(y, step);
        for (std::uint64_t first = 0; first < problem_.batch; first += 2 * lanes) {
            const std::uint64_t left = problem_.batch - first;
            if (2 * lane_ < left) leave_samples(batch, reduced_.draw(step, first + 2 * lane_));
            __syncwarp();
            const unsigned int count = left < 2 * lanes ? static_cast<unsigned int>(left) : 2 * lanes;
            for (unsigned int b = 0; b < count; ++b) {
                add<0>(batch, b);
                add<1>(batch, b);
            }
            __syncwarp();
        }
        ReducedGradient<double> g = reduced_.gradient_of(batch, step);
        return descended(problem_, y, g);
    }

private:
    __device__ void leave_samples(const Batch& batch, const SampleDraws<double>& x) const {
        leave(0, x.z[0], batch.template terms<0>(x.z[0]));
        leave(1, x.z[1], batch.template terms<1>(x.z[1]));
        leave(2, x.z[2], batch.template terms<0>(x.z[2]));
        leave(3, x.z[3], batch.template terms<1>(x.z[3]));
    }
    __device__ void leave(int i, const double (&z)[3], const SampleTerms<double>& terms) const {
        shared_[0][i][lane_] = terms.r1;
        shared_[1][i][lane_] = terms.tanh;
        if constexpr (!plain) {
            shared_[2][i][lane_] = terms.f;
            for (int k = 0; k < 3; ++k) shared_[3 + k][i][lane_] = z[k];
        }
    }
    // Sample b of those that lie there, of stratum j.
    template <int j>
    __device__ void add(Batch& batch, unsigned int b) const {
        const unsigned int i = b % 2 * 2 + j, lane = b / 2;
        double z[3] = {0.0, 0.0, 0.0};
        SampleTerms<double> terms = {shared_[0][i][lane], shared_[1][i][lane], 0.0};
        if constexpr (!plain) {
            terms.f = shared_[2][i][lane];
            for (int k = 0; k < 3; ++k) z[k] = shared_[3 + k][i][lane];
        }
        batch.template add<j>(z, terms);
    }

    const SgdPayload& problem_;
    const Reduced& reduced_;
    Shared& shared_;
    unsigned int lane_;
};

}  // namespace modecollapse
