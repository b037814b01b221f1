// Start of K components: means independent, uniform on a sphere or with independent entries N(0, scale^2), exactly in law
// for every d >= r, in O(K (K + r)).
//
//   rows of (G, A),  G (K, r) standard normal: along the modes,  A (K, K): Bartlett factor of Wishart_K(I, d - r)
//
// are the means in a frame of span(nu, mu), up to the scale, or each scaled to the sphere.
#pragma once

#include "modecollapse/components/draws.hpp"
#include "modecollapse/components/frame.hpp"
#include "modecollapse/random/normal_variates.hpp"

namespace modecollapse::components {

template <class Real, class WordSource>
class InitialLaw {
public:
    MC_HOST_DEVICE InitialLaw(const Payload& problem, WordSource words, std::uint64_t seed)
        : problem_(problem), words_(words), seed_(seed) {}

    // Numbers that a start is drawn in.
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        const auto k = static_cast<std::uint64_t>(problem.components);
        return k * (2 * k + static_cast<std::uint64_t>(problem.span));
    }

    // The means in a frame of r + K axes, or of as many as `mean` has; further ones are 0. ids: (lanes).
    MC_HOST_DEVICE_CALL void draw(const std::uint64_t* ids, const Rows<Real>& mean, Real* memory) const {
        const int n = problem_.components, span = problem_.span;
        const LaneNormals<Real, WordSource> source(words_, seed_, ids);
        NormalSequence<Real, LaneNormals<Real, WordSource>> normals(source, Purpose::components_start_normals, 0);
        for (int i = 0; i < n; ++i)
            for (int c = 0; c < mean.columns; ++c) mean[i][c] = c < span ? normals.next() : Real(0.0);
        Rows<Real> factor = {memory, n};
        const ChiSquare<Real, WordSource> chi_square(words_, seed_);
        bartlett_factor<Real>(factor, n, problem_.dimension - span, normals, [&](int i, double degrees) {
            return chi_square(ids, Purpose::components_start_gammas, static_cast<std::uint64_t>(i) * chi_square_blocks,
                              degrees);
        });
        for (int i = 0; i < n; ++i) {
            for (int c = 0; c < n && span + c < mean.columns; ++c) mean[i][span + c] = factor[i][c];
            Real norm2 = Real(0.0);
            for (int c = 0; c < mean.columns; ++c) norm2 = fma(mean[i][c], mean[i][c], norm2);
            const Real scale =
                problem_.start_radius > 0.0 ? Real(problem_.start_radius) / sqrt(norm2) : Real(problem_.start_scale);
            for (int c = 0; c < mean.columns; ++c) mean[i][c] = mean[i][c] * scale;
        }
    }

    // memory: words(problem) numbers.
    MC_HOST_DEVICE_CALL void operator()(const std::uint64_t* ids, const State<Real>& y, Real* memory) const {
        const int n = problem_.components, axes = n + problem_.span;
        const Rows<Real> mean = {memory + n * n, axes};
        draw(ids, mean, memory);
        order_parameters_of(problem_, mean, y);
        if (problem_.start_radius > 0.0)
            for (int i = 0; i < n; ++i) y.q(i, i) = Real(problem_.start_radius * problem_.start_radius);
        set_weights(y);
    }

    MC_HOST_DEVICE void set_weights(const State<Real>& y) const {
        for (int i = 0; i < y.components; ++i) y.log_weight(i) = Real(problem_.log_weight[i]);
        for (int i = 0; i < y.variances; ++i) y.log_variance(i) = Real(0.0);
    }

private:
    const Payload& problem_;
    WordSource words_;
    std::uint64_t seed_;
};

}  // namespace modecollapse::components
