// SGD on the order parameters themselves, exactly in law for every N >= 2 M + M*, at a cost of O(B) a step: the Gram matrix
// of (W, V, W*) is Markov (POSTERIOR part A).
//
// A sample enters through its coordinates in the frame of span(W*, W, V): variance rho + eta along W*, where signal and
// noise are one normal, eta along the other axes. Outside the span its noise n_b gives, with u_b = (mu_b, h_b - P mu_b),
//
//   (w; v) gains (tau sqrt(eta) / (N B)) sum_b u_b n_b^T,
//
// whose Gram matrix given the u_b is L Wishart_2M(I, N - 2 M - M*) L^T, L L^T = sum_b u_b u_b^T, up to that factor.
#pragma once

#include "modecollapse/linear_vae/sgd.hpp"

namespace modecollapse::linear_vae {

// Normals: a source of normal blocks for the trajectories `ids` (lanes). WordSource: see random/streams.hpp.
template <class Real, class Shape, class Normals, class WordSource>
class ReducedSampler {
    using StateType = State<Real, Shape>;
    static constexpr int rows = 2 * Shape::most_latent, most = Shape::most_latent, most_signal = Shape::most_signal;

public:
    MC_HOST_DEVICE ReducedSampler(const Payload& problem, const Normals& normals, WordSource words, std::uint64_t seed,
                                  const std::uint64_t* ids)
        : problem_(problem), normals_(normals), chi_square_(words, seed), ids_(ids) {}

    // Takes step number `step`. given_up: asked with the counter blocks that a sample takes (sgd/payload.hpp).
    template <class GivenUp>
    MC_HOST_DEVICE void operator()(StateType& y, std::uint64_t step, GivenUp& given_up) const {
        const int latent = y.latent(), signal = y.signal();
        const Real beta = Real(problem_.kl_weight.at(theta_of_step(problem_, step)));
        FrameRows<Real, Shape> frame;
        frame_rows(y, frame);
        Gradient gradient;
        if (!add_samples(y, beta, frame, step, gradient, given_up)) return;

        const Real rate = Real(problem_.learning_rate / problem_.dimension);
        const Real share = Real(1.0 / static_cast<double>(problem_.batch)), decay = Real(problem_.weight_decay);
        FrameRows<Real, Shape> next;
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < 2 * latent; ++i) {
            for (int k = 0; k < signal; ++k)
                next.along[i][k] = moved(y, frame.along, gradient, i, k, gradient.along[i][k], rate, share, decay);
            for (int k = 0; k < 2 * latent; ++k)
                next.root[i][k] = moved(y, frame.root, gradient, i, k, gradient.rest[i][k], rate, share, decay);
        }
        Real noise[rows][rows];
        draw_noise(gradient, latent, step, noise);
        StateType after = like(y);
        descend_variances(problem_, y, beta, after);
        for (int a = 0; a < latent; ++a)
            for (int k = 0; k < signal; ++k) {
                after.m(a, k) = next.along[a][k];
                after.d(a, k) = next.along[latent + a][k];
            }
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < 2 * latent; ++i)
            for (int j = 0; j < (i < latent ? i + 1 : 2 * latent); ++j) {
                if (i >= latent && j >= latent && j > i) break;
                const Real sum = product(next, noise, latent, signal, i, j);
                if (i < latent)
                    after.q(i, j) = sum;
                else if (j < latent)
                    after.r(j, i - latent) = sum;
                else
                    after.e(i - latent, j - latent) = sum;
            }
        y = after;
        if (problem_.inverse_lipschitz > 0.0) lift(problem_.inverse_lipschitz, y);
    }

private:
    // Sums over a batch of u_i x_k, axis by axis of the frame, and of u u^T.
    struct Gradient {
        Real along[rows][most_signal];
        Real rest[rows][rows];
        BatchProducts<Real, Shape> products;
    };

    // False if given up.
    template <class GivenUp>
    MC_HOST_DEVICE bool add_samples(const StateType& y, Real beta, const FrameRows<Real, Shape>& frame,
                                    std::uint64_t step, Gradient& gradient, GivenUp& given_up) const {
        const int latent = y.latent(), signal = y.signal(), n = 2 * latent;
        const Real along_sd = Real(sqrt(problem_.signal_variance + problem_.noise_variance));
        const Real rest_sd = Real(sqrt(problem_.noise_variance));
        gradient.products.clear(latent);
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < n; ++i) {
            for (int k = 0; k < signal; ++k) gradient.along[i][k] = Real(0.0);
            for (int k = 0; k < n; ++k) gradient.rest[i][k] = Real(0.0);
        }
        NormalSequence<Real, Normals> normals(normals_, Purpose::linear_vae_batch, step * batch_blocks(problem_));
        const std::uint64_t each = blocks_of_a_sample(problem_);
        for (std::uint64_t sample = 0; sample < problem_.batch; ++sample) {
            if (given_up(each)) return false;
            Real x[most_signal], z[rows], u[rows], h[most];
            for (int k = 0; k < signal; ++k) x[k] = y.has_signal(k) ? along_sd * normals.next() : Real(0.0);
            for (int k = 0; k < n; ++k) z[k] = rest_sd * normals.next();
            for (int a = 0; a < latent; ++a) {
                h[a] = coordinate(frame, x, z, signal, a);
                u[a] = coordinate(frame, x, z, signal, latent + a);
            }
            residual_of(y, beta, h, u);
            gradient.products.add(u, latent);
            MC_UNROLL(Shape::unrolled_rows)
            for (int i = 0; i < n; ++i) {
                for (int k = 0; k < signal; ++k) gradient.along[i][k] = fma(u[i], x[k], gradient.along[i][k]);
                for (int k = 0; k < n; ++k) gradient.rest[i][k] = fma(u[i], z[k], gradient.rest[i][k]);
            }
        }
        return true;
    }

    // Product of a sample with row i of (w, v).
    MC_HOST_DEVICE static Real coordinate(const FrameRows<Real, Shape>& frame, const Real (&x)[most_signal],
                                          const Real (&z)[rows], int signal, int i) {
        Real sum = frame.root[i][0] * z[0];
        for (int k = 1; k <= i; ++k) sum = fma(frame.root[i][k], z[k], sum);
        for (int k = 0; k < signal; ++k) sum = fma(frame.along[i][k], x[k], sum);
        return sum;
    }

    // Entry (i, k) of the rows after the step. pull: its sum of u_i x_k.
    template <int columns>
    MC_HOST_DEVICE static Real moved(const StateType& y, const Real (&row)[rows][columns], const Gradient& gradient,
                                     int i, int k, Real pull, Real rate, Real share, Real decay) {
        const int latent = y.latent();
        const auto at = [&](int j) { return is_root<columns>() && k > j ? Real(0.0) : row[j][k]; };
        Real change = pull * share - decay * at(i);
        if (i < latent) {
            change = fma(-y.variance(i), at(i), change);
            for (int c = 0; c < latent; ++c) {
                const Real b = i >= c ? gradient.products.sum[i][c] : gradient.products.sum[c][i];
                change = fma(-(b * share), at(c), change);
            }
        }
        return fma(rate, change, at(i));
    }
    template <int columns>
    MC_HOST_DEVICE static constexpr bool is_root() {
        return columns == rows;
    }

    MC_HOST_DEVICE void draw_noise(Gradient& gradient, int latent, std::uint64_t step,
                                   Real (&noise)[rows][rows]) const {
        const int n = 2 * latent;
        semidefinite_root<Real, Shape::unrolled_rows>(gradient.products.sum, n);
        Real factor[rows][rows];
        NormalSequence<Real, Normals> normals(normals_, Purpose::linear_vae_wishart, step * wishart_blocks(latent));
        bartlett_factor<Real, Shape::unrolled_rows>(
            factor, n, problem_.dimension - frame_size(latent, problem_.signal), normals, [&](int i, double degrees) {
                const std::uint64_t which = step * static_cast<std::uint64_t>(n) + static_cast<std::uint64_t>(i);
                return chi_square_(ids_, Purpose::linear_vae_wishart_gammas, which * chi_square_blocks, degrees);
            });
        const Real scale = Real(problem_.learning_rate * sqrt(problem_.noise_variance) /
                                (problem_.dimension * static_cast<double>(problem_.batch)));
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < n; ++i)
            for (int k = 0; k < n; ++k) {
                Real sum = Real(0.0);
                for (int l = k; l <= i; ++l) sum = fma(gradient.products.sum[i][l], factor[l][k], sum);
                noise[i][k] = scale * sum;
            }
    }

    MC_HOST_DEVICE static Real product(const FrameRows<Real, Shape>& next, const Real (&noise)[rows][rows], int latent,
                                       int signal, int i, int j) {
        Real sum = next.along[i][0] * next.along[j][0];
        for (int k = 1; k < signal; ++k) sum = fma(next.along[i][k], next.along[j][k], sum);
        for (int k = 0; k < 2 * latent; ++k) {
            sum = fma(next.root[i][k], next.root[j][k], sum);
            sum = fma(noise[i][k], noise[j][k], sum);
        }
        return sum;
    }

    const Payload& problem_;
    const Normals& normals_;
    ChiSquare<Real, WordSource> chi_square_;
    const std::uint64_t* ids_;
};

}  // namespace modecollapse::linear_vae
