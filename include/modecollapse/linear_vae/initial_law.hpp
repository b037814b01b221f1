// Start of a linear VAE: W and V with independent entries N(0, s0^2), D = 1, exactly in law for every N >= 2 M + M*, in
// O(M^3) (POSTERIOR part A).
//
//   (m; d) = (s0 / sqrt N) G,     G (2 M, M*) standard normal
//   Gram matrix of (W, V) / N = (s0^2 / N) ( G G^T + Wishart_2M(I, N - M*) )
//
// The Wishart matrix by its Bartlett factor. With a constraint the lift follows.
#pragma once

#include "modecollapse/linear_vae/draws.hpp"
#include "modecollapse/linear_vae/inverse_lipschitz.hpp"
#include "modecollapse/random/normal_variates.hpp"

namespace modecollapse::linear_vae {

template <class Real, class Shape, class WordSource>
class InitialLaw {
    static constexpr int most_rows = 2 * Shape::most_latent;

public:
    MC_HOST_DEVICE InitialLaw(const Payload& problem, WordSource words, std::uint64_t seed)
        : problem_(problem), words_(words), seed_(seed) {}

    // ids: (lanes).
    MC_HOST_DEVICE_CALL void operator()(const std::uint64_t* ids, State<Real, Shape>& y) const {
        set_sizes(static_cast<Shape&>(y), problem_.latent, problem_.signal);
        const int latent = y.latent(), rows = 2 * latent;
        const LaneNormals<Real, WordSource> source(words_, seed_, ids);
        NormalSequence<Real, LaneNormals<Real, WordSource>> normals(source, Purpose::linear_vae_start_normals, 0);
        const Real scale = Real(problem_.start_scale / sqrt(problem_.dimension));
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int k = 0; k < y.signal(); ++k) y.m(a, k) = y.has_signal(k) ? scale * normals.next() : Real(0.0);
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int k = 0; k < y.signal(); ++k) y.d(a, k) = y.has_signal(k) ? scale * normals.next() : Real(0.0);
        Real factor[most_rows][most_rows];
        const ChiSquare<Real, WordSource> chi_square(words_, seed_);
        bartlett_factor<Real, Shape::unrolled_rows>(
            factor, rows, problem_.dimension - problem_.signal, normals, [&](int i, double degrees) {
                return chi_square(ids, Purpose::linear_vae_start_gammas,
                                  static_cast<std::uint64_t>(i) * chi_square_blocks, degrees);
            });
        MC_UNROLL(Shape::unrolled_rows)
        for (int i = 0; i < rows; ++i)
            for (int k = 0; k <= i; ++k) factor[i][k] = scale * factor[i][k];
        // row i of (W, V) along W* begins at entry i * signal of the state, m and d one after the other
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) {
                if (b <= a) {
                    y.q(a, b) = product(factor, a, b, y);
                    y.e(a, b) = product(factor, latent + a, latent + b, y);
                }
                y.r(a, b) = product(factor, a, latent + b, y);
            }
        MC_UNROLL(Shape::unrolled_rows)
        for (int a = 0; a < latent; ++a) y.variance(a) = Real(1.0);
        if (problem_.inverse_lipschitz > 0.0) lift(problem_.inverse_lipschitz, y);
    }

private:
    // Product of the rows i and j of (W, V).
    MC_HOST_DEVICE static Real product(const Real (&factor)[most_rows][most_rows], int i, int j,
                                       const State<Real, Shape>& y) {
        Real sum = y.at(i * y.signal()) * y.at(j * y.signal());
        for (int k = 1; k < y.signal(); ++k) sum = fma(y.at(i * y.signal() + k), y.at(j * y.signal() + k), sum);
        const int shorter = i < j ? i : j;
        for (int k = 0; k <= shorter; ++k) sum = fma(factor[i][k], factor[j][k], sum);
        return sum;
    }

    const Payload& problem_;
    WordSource words_;
    std::uint64_t seed_;
};

}  // namespace modecollapse::linear_vae
