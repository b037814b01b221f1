// SGD on a linear VAE in R^N, at a cost of O(N M B) a step: the plain algorithm, which the reduced sampler is held against.
//
// Carries w = W/sqrt N and v = V/sqrt N with the signal directions along the first M* axes, and draws a sample x of N
// noise coordinates and M* signal factors. The start is the one of the order parameters, put into R^N by its frame.
#pragma once

#include "modecollapse/linear_vae/sgd.hpp"

namespace modecollapse::linear_vae {

// Vectors of R^N that a lane of the full sampler keeps: w, v, their gradients, a sample.
MC_HOST_DEVICE std::uint64_t full_vectors(const Payload& problem) {
    return 4 * static_cast<std::uint64_t>(problem.latent) + 1;
}

template <class Real, class Shape, class Normals>
class FullSampler {
    using StateType = State<Real, Shape>;
    static constexpr int rows = 2 * Shape::most_latent, most = Shape::most_latent;

public:
    // memory: (full_vectors, N).
    MC_HOST_DEVICE FullSampler(const Payload& problem, const Normals& normals, Real* memory)
        : problem_(problem),
          normals_(normals),
          size_(static_cast<std::uint64_t>(problem.dimension)),
          rows_(memory),
          gradient_(memory + 2 * static_cast<std::uint64_t>(problem.latent) * size_),
          sample_(memory + 4 * static_cast<std::uint64_t>(problem.latent) * size_) {}

    MC_HOST_DEVICE void start(const StateType& y) {
        FrameRows<Real, Shape> frame;
        frame_rows(y, frame);
        for (int i = 0; i < 2 * y.latent(); ++i) {
            Real* row = vector(rows_, i);
            for (std::uint64_t k = 0; k < size_; ++k) row[k] = Real(0.0);
            for (int k = 0; k < y.signal(); ++k) row[k] = frame.along[i][k];
            for (int k = 0; k <= i; ++k) row[y.signal() + k] = frame.root[i][k];
        }
    }

    // Takes step number `step`; y: the order parameters before and after it. given_up: as of the reduced sampler.
    template <class GivenUp>
    MC_HOST_DEVICE void operator()(StateType& y, std::uint64_t step, GivenUp& given_up) {
        const int latent = y.latent();
        const Real beta = Real(problem_.kl_weight.at(theta_of_step(problem_, step)));
        BatchProducts<Real, Shape> products;
        products.clear(latent);
        for (int i = 0; i < 2 * latent; ++i)
            for (std::uint64_t k = 0; k < size_; ++k) vector(gradient_, i)[k] = Real(0.0);
        const std::uint64_t each = blocks_of_a_sample(problem_);
        for (std::uint64_t sample = 0; sample < problem_.batch; ++sample) {
            if (given_up(each)) return;
            draw(step, sample, y.signal());
            Real u[rows], h[most];
            for (int a = 0; a < latent; ++a) {
                h[a] = product(vector(rows_, a), sample_);
                u[a] = product(vector(rows_, latent + a), sample_);
            }
            residual_of(y, beta, h, u);
            products.add(u, latent);
            for (int i = 0; i < 2 * latent; ++i)
                for (std::uint64_t k = 0; k < size_; ++k)
                    vector(gradient_, i)[k] = fma(u[i], sample_[k], vector(gradient_, i)[k]);
        }
        descend(y, products);
        StateType next = like(y);
        descend_variances(problem_, y, beta, next);
        measure(next);
        if (problem_.inverse_lipschitz > 0.0) lift_rows(next);
        y = next;
    }

private:
    MC_HOST_DEVICE Real* vector(Real* first, int i) const { return first + static_cast<std::uint64_t>(i) * size_; }
    MC_HOST_DEVICE Real product(const Real* x, const Real* y) const {
        Real sum = x[0] * y[0];
        for (std::uint64_t k = 1; k < size_; ++k) sum = fma(x[k], y[k], sum);
        return sum;
    }

    // The M* factors of a sample come after its N coordinates of noise.
    MC_HOST_DEVICE void draw(std::uint64_t step, std::uint64_t sample, int signal) {
        NormalSequence<Real, Normals> normals(normals_, Purpose::linear_vae_batch,
                                              step * batch_blocks(problem_) + sample * blocks_of_a_sample(problem_));
        const Real noise_sd = Real(sqrt(problem_.noise_variance)), signal_sd = Real(sqrt(problem_.signal_variance));
        for (std::uint64_t k = 0; k < size_; ++k) sample_[k] = noise_sd * normals.next();
        for (int k = 0; k < signal; ++k) sample_[k] = fma(signal_sd, normals.next(), sample_[k]);
    }

    MC_HOST_DEVICE void descend(const StateType& y, const BatchProducts<Real, Shape>& products) {
        const int latent = y.latent();
        const Real rate = Real(problem_.learning_rate / problem_.dimension);
        const Real share = Real(1.0 / static_cast<double>(problem_.batch)), decay = Real(problem_.weight_decay);
        for (std::uint64_t k = 0; k < size_; ++k) {
            Real old[most];
            for (int a = 0; a < latent; ++a) old[a] = vector(rows_, a)[k];
            for (int a = 0; a < latent; ++a) {
                Real change = vector(gradient_, a)[k] * share - (y.variance(a) + decay) * old[a];
                for (int b = 0; b < latent; ++b)
                    change = fma(-(products.sum[a > b ? a : b][a > b ? b : a] * share), old[b], change);
                vector(rows_, a)[k] = fma(rate, change, old[a]);
                Real& v = vector(rows_, latent + a)[k];
                v = fma(rate, vector(gradient_, latent + a)[k] * share - decay * v, v);
            }
        }
    }

    // Everything but the variances from the vectors.
    MC_HOST_DEVICE void measure(StateType& y) const {
        const int latent = y.latent();
        for (int a = 0; a < latent; ++a) {
            for (int k = 0; k < y.signal(); ++k) {
                y.m(a, k) = vector(rows_, a)[k];
                y.d(a, k) = vector(rows_, latent + a)[k];
            }
            for (int b = 0; b < latent; ++b) {
                if (b <= a) y.q(a, b) = product(vector(rows_, a), vector(rows_, b));
                if (b <= a) y.e(a, b) = product(vector(rows_, latent + a), vector(rows_, latent + b));
                y.r(a, b) = product(vector(rows_, a), vector(rows_, latent + b));
            }
        }
    }

    MC_HOST_DEVICE void lift_rows(StateType& y) {
        Real t[most][most];
        if (!any(lift_matrix(problem_.inverse_lipschitz, y, t))) return;
        for (std::uint64_t k = 0; k < size_; ++k) {
            Real old[most];
            for (int a = 0; a < y.latent(); ++a) old[a] = vector(rows_, a)[k];
            for (int a = 0; a < y.latent(); ++a) {
                Real sum = t[a][0] * old[0];
                for (int b = 1; b < y.latent(); ++b) sum = fma(t[a][b], old[b], sum);
                vector(rows_, a)[k] = sum;
            }
        }
        measure(y);
    }

    const Payload& problem_;
    const Normals& normals_;
    std::uint64_t size_;
    Real* rows_;      // (2 M, N): w, v
    Real* gradient_;  // (2 M, N)
    Real* sample_;    // (N)
};

}  // namespace modecollapse::linear_vae
