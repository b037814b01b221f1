// A batch of stochastic gradient descent where components have variances of their own (sampler.hpp, variances.hpp).
//
// Sample x = mu_i + s_i z with responsibilities R_j of q and rho_k of p, and c = beta - sum_j R_j/v_j:
//   a_i += (beta - sum_j R_j/v_j) mu_i + sum_j (R_j/v_j) mu_j - beta sum_k rho_k nu_k + c s_i z
//   2 dF/dlog v_i / w_i += s_i (c s_i |z|^2 + sum_j (R_j/v_j) (mu_j - mu_i).z + beta mu_i.z - beta sum_k rho_k nu_k.z)
//
// Outside of a frame of span(nu, mu) only |z|^2 and the sum of the c s_i z matter. The direction of a sample there is
// uniform: along the sum so far it has a normal coordinate, and the rest's square is chi-square(n - 1). So the length of
// the sum over a batch comes out exactly; its direction is uniform and belongs to the batch of that component alone.
#pragma once

#include "modecollapse/components/sampler_memory.hpp"

namespace modecollapse::components {

// Normals: a source of blocks (sgd/draws.hpp).
template <class Real, class Normals, class WordSource>
class VarianceBatch : protected SamplerMemory<Real> {
    using Memory = SamplerMemory<Real>;

protected:
    using Memory::mean_, Memory::noise_, Memory::product_, Memory::overlap_, Memory::own_, Memory::target_,
        Memory::outside_root_, Memory::sample_, Memory::log_weight_, Memory::slope_, Memory::logit_, Memory::walk_,
        Memory::stretch_, Memory::variance_, Memory::log_variance_, Memory::along_, Memory::base_;

    MC_HOST_DEVICE VarianceBatch(const Payload& problem, const Normals& normals, WordSource words, std::uint64_t seed,
                                 const std::uint64_t* ids, Real* memory)
        : Memory(problem, memory),
          problem_(problem),
          normals_(normals),
          chi_square_(words, seed),
          ids_(ids),
          axes_(frame_size(problem)),
          outside_(problem.dimension - axes_) {}

    MC_HOST_DEVICE void set_variances(const State<Real>& y) {
        for (int i = 0; i < y.variances; ++i) {
            log_variance_[i] = y.log_variance(i);
            variance_[i] = exp(log_variance_[i]);
        }
    }

    // Of component i: means over the batch into own_ (R_j/v_j, the diagonal such that rows sum to 1), target_, noise_,
    // slope_ and stretch_; the length of the noise outside into walk_. False if given up.
    template <class GivenUp>
    MC_HOST_DEVICE_CALL bool with_variances(int i, double beta, std::uint64_t step, GivenUp& given_up) {
        begin(i);
        const std::uint64_t each = blocks_of_a_sample(problem_),
                            first = (step * static_cast<std::uint64_t>(problem_.components) +
                                     static_cast<std::uint64_t>(i)) *
                                    problem_.batch;
        for (std::uint64_t b = 0; b < problem_.batch; ++b) {
            if (given_up(each)) return false;
            NormalSequence<Real, Normals> normals(normals_, Purpose::components_batch, (first + b) * each);
            Real length2 = Real(0.0), ahead = Real(0.0), rest2 = Real(0.0);
            for (int c = 0; c < axes_; ++c) {
                sample_[c] = normals.next();
                length2 = fma(sample_[c], sample_[c], length2);
            }
            if (outside_ > 0.5) {
                ahead = normals.next();
                const std::uint64_t which = static_cast<std::uint64_t>(problem_.components) +
                                            static_cast<std::uint64_t>(i) * problem_.batch + b;
                rest2 = chi_square_(ids_, Purpose::components_wishart_gammas, gamma_block(problem_, step, which),
                                    outside_ - 1.0);
                length2 = length2 + fma(ahead, ahead, rest2);
            }
            const Real weight = add(i, beta, length2), along = fma(weight, ahead, walk_[i]);
            walk_[i] = sqrt(fma(along, along, weight * weight * rest2));
        }
        finish(i);
        return true;
    }

    // Rows of the Bartlett factor: uniform directions, to be of the lengths of the noise outside.
    MC_HOST_DEVICE void set_lengths() {
        for (int i = 0; i < problem_.components; ++i) {
            Real norm2 = Real(0.0);
            for (int k = 0; k <= i; ++k) norm2 = fma(outside_root_[i][k], outside_root_[i][k], norm2);
            const Real scale = walk_[i] / sqrt(norm2);
            for (int k = 0; k <= i; ++k) outside_root_[i][k] = outside_root_[i][k] * scale;
        }
    }

    const Payload& problem_;
    const Normals& normals_;
    ChiSquare<Real, WordSource> chi_square_;
    const std::uint64_t* ids_;
    int axes_;
    double outside_;  // dimensions outside the frame

private:
    MC_HOST_DEVICE void begin(int i) {
        for (int j = 0; j < problem_.components; ++j) {
            const Real distance2 = (product_[i][i] - product_[i][j]) + (product_[j][j] - product_[i][j]);
            const Real logs = Real(1.0) + (log_variance_[i] - log_variance_[j]) - variance_[i] / variance_[j];
            base_[j] = fma(Real(0.5 * problem_.dimension), logs, log_weight_[j] - log_weight_[i]) -
                       Real(0.5) * distance2 / variance_[j];
            own_[i][j] = Real(0.0);
        }
        for (int k = 0; k < problem_.modes; ++k) target_[i][k] = Real(0.0);
        for (int c = 0; c < axes_; ++c) noise_[i][c] = Real(0.0);
        slope_[i] = stretch_[i] = walk_[i] = Real(0.0);
    }

    // Adds sample_, of this squared length outside the frame and in it; returns c s_i.
    MC_HOST_DEVICE_CALL Real add(int i, double beta, Real length2) {
        const int n = problem_.components, modes = problem_.modes, span = problem_.span;
        const Real scale = sqrt(variance_[i]), excess = Real(0.5) * (length2 - Real(problem_.dimension));
        for (int j = 0; j < n; ++j) {
            along_[j] = Real(0.0);
            for (int c = 0; c < axes_; ++c) along_[j] = fma(mean_[j][c], sample_[c], along_[j]);
        }
        for (int j = 0; j < n; ++j)
            logit_[j] = fma(Real(1.0) - variance_[i] / variance_[j], excess,
                            fma(scale / variance_[j], along_[j] - along_[i], base_[j]));
        const Real own = to_shares(n);
        Real inverse = Real(0.0), pull = Real(0.0);
        for (int j = 0; j < n; ++j) {
            const Real share = logit_[j] / variance_[j];
            own_[i][j] = own_[i][j] + share;
            inverse = inverse + share;
            pull = fma(share, along_[j] - along_[i], pull);
        }
        const auto mode_along = [&](int k) {
            Real sum = Real(0.0);
            for (int c = 0; c < span; ++c) sum = fma(Real(problem_.mode[k * span + c]), sample_[c], sum);
            return sum;
        };
        for (int k = 0; k < modes; ++k)
            logit_[k] = fma(scale, mode_along(k), overlap_[i][k] + Real(problem_.logit_of_mode(k)));
        const Real target = to_shares(modes);
        Real of_modes = Real(0.0);
        for (int k = 0; k < modes; ++k) {
            target_[i][k] = target_[i][k] + logit_[k];
            of_modes = fma(logit_[k], mode_along(k), of_modes);
        }
        const Real weight = (Real(beta) - inverse) * scale;
        for (int c = 0; c < axes_; ++c) noise_[i][c] = fma(weight, sample_[c], noise_[i][c]);
        stretch_[i] = fma(scale, fma(weight, length2, fma(Real(beta), along_[i] - of_modes, pull)), stretch_[i]);
        const Real x2 = fma(variance_[i], length2, fma(Real(2.0) * scale, along_[i], product_[i][i]));
        const Real density = log_weight_[i] - Real(0.5) * fma(Real(problem_.dimension), log_variance_[i], length2);
        slope_[i] = slope_[i] + fma(Real(beta), fma(Real(0.5), x2, -target), own + density);
        return weight;
    }

    // Logits to shares; returns the logarithm of what these are shares of.
    MC_HOST_DEVICE Real to_shares(int count) const {
        Real top = logit_[0], total = Real(0.0);
        for (int l = 1; l < count; ++l) top = max(logit_[l], top);
        for (int l = 0; l < count; ++l) {
            logit_[l] = exp(logit_[l] - top);
            total = total + logit_[l];
        }
        for (int l = 0; l < count; ++l) logit_[l] = logit_[l] / total;
        return top + log(total);
    }

    MC_HOST_DEVICE void finish(int i) {
        const Real each = Real(1.0 / static_cast<double>(problem_.batch));
        Real others = Real(0.0);
        for (int j = 0; j < problem_.components; ++j) {
            own_[i][j] = own_[i][j] * each;
            if (j != i) others = others + own_[i][j];
        }
        own_[i][i] = Real(1.0) - others;
        for (int k = 0; k < problem_.modes; ++k) target_[i][k] = target_[i][k] * each;
        for (int c = 0; c < axes_; ++c) noise_[i][c] = noise_[i][c] * each;
        slope_[i] = slope_[i] * each;
        stretch_[i] = stretch_[i] * each;
        walk_[i] = walk_[i] * each;
    }
};

}  // namespace modecollapse::components
