// Stochastic gradient descent on K components, by the estimator that sticks the landing [R17]: COMPONENTS, PHYSICS 6.
//
// Every component gets B samples x = mu_i + z a step. With the means over the batch r_i., rho_i., z_i of responsibilities
// and noise,
//   a_i = (beta - 1) (mu_i + z_i) + sum_l r_il mu_l - beta sum_k rho_ik nu_k,     mu_i <- mu_i - eta w_i a_i
// on spheres with a_i projected on the tangent space and the norm restored; trainable weights take one step of their flow
// with the mean over the batch of log q - beta log p in the place of g_i, all from the old state.
//
// Full: in R^d. Reduced, exact in law: in a frame of span(nu, mu), r + K normals a sample. At beta = 1 nothing leaves the
// span. Otherwise the parts of the z_i orthogonal to it are independent N(0, I/B) in n = d - r - K dimensions; their
// products are Wishart_K(I, n) / B, by a Bartlett factor A, and the frame is laid anew: by the root of the products of
// what the modes leave of the means. With trainable weights sum_b |z_b|^2 = W_ii + chi-square((B - 1) n).
#pragma once

#include "modecollapse/components/batch_sums.hpp"
#include "modecollapse/components/sizes.hpp"
#include "modecollapse/components/variance_batch.hpp"

namespace modecollapse::components {

// Normals: a source of blocks (sgd/draws.hpp). ProgramSizes: sizes.hpp.
template <class Real, class Normals, class WordSource, class ProgramSizes = AnySizes>
class Sampler : public VarianceBatch<Real, Normals, WordSource> {
    using Base = VarianceBatch<Real, Normals, WordSource>;
    using Base::mean_, Base::next_, Base::noise_, Base::product_, Base::overlap_, Base::own_, Base::target_,
        Base::outside_root_, Base::sample_, Base::weight_, Base::log_weight_, Base::slope_, Base::logit_,
        Base::own_base_, Base::target_base_, Base::problem_, Base::normals_, Base::chi_square_, Base::ids_, Base::axes_,
        Base::outside_;

public:
    // memory: words(problem) numbers; its first K x frame_size are the means. ids: (lanes).
    MC_HOST_DEVICE Sampler(const Payload& problem, const Normals& normals, WordSource words, std::uint64_t seed,
                           const std::uint64_t* ids, Real* memory)
        : Base(problem, normals, words, seed, ids, memory) {}

    MC_HOST_DEVICE Rows<Real> means() const { return mean_; }

    // Takes a step from the means and the logarithms of the weights and variances in y, which it changes.
    template <class GivenUp>
    MC_HOST_DEVICE_CALL void operator()(const State<Real>& y, std::uint64_t step, GivenUp& given_up) {
        Real* log_weight = &y.log_weight(0);
        const double beta = beta_at(problem_, static_cast<double>(step) * problem_.learning_rate);
        products(log_weight);
        this->set_variances(y);
        for (int i = 0; i < problem_.components; ++i)
            if (!(y.variances > 0 ? this->with_variances(i, beta, step, given_up) : batch_of(i, beta, step, given_up)))
                return;
        if (leaves_span(beta)) draw_outside(beta, step);
        for (int i = 0; i < problem_.components; ++i) move(i, beta);
        if (leaves_span(beta)) lay_frame();
        for (int i = 0; i < problem_.components; ++i)
            for (int c = 0; c < axes_; ++c) mean_[i][c] = next_[i][c];
        if (problem_.weights != Weights::fixed) move_weights(log_weight);
        for (int i = 0; i < y.variances; ++i)
            y.log_variance(i) = fma(Real(problem_.learning_rate),
                                    variance_rate(problem_, weight_[i], this->stretch_[i]), y.log_variance(i));
    }

private:
    MC_HOST_DEVICE bool leaves_span(double beta) const {
        return (beta != 1.0 || trains_variances(problem_)) && outside_ > 0.5;
    }

    // w, mu_i.mu_j and mu_i.nu_k.
    MC_HOST_DEVICE void products(const Real* log_weight) {
        const int n = problem_.components;
        const Real sum_of_weights = softmax(log_weight, n, weight_);
        for (int i = 0; i < n; ++i) log_weight_[i] = log_weight[i] - sum_of_weights;
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j <= i; ++j) {
                Real sum = Real(0.0);
                for (int c = 0; c < axes_; ++c) sum = fma(mean_[i][c], mean_[j][c], sum);
                product_[i][j] = product_[j][i] = sum;
            }
            for (int k = 0; k < problem_.modes; ++k) {
                Real sum = Real(0.0);
                for (int c = 0; c < problem_.span; ++c)
                    sum = fma(mean_[i][c], Real(problem_.mode[k * problem_.span + c]), sum);
                overlap_[i][k] = sum;
            }
        }
    }

    // False if given up.
    template <class GivenUp>
    MC_HOST_DEVICE_CALL bool batch_of(int i, double beta, std::uint64_t step, GivenUp& given_up) {
        using Own = SumsOfShares<Real, ProgramSizes::components>;
        using Target = SumsOfShares<Real, ProgramSizes::modes>;
        Own own(problem_.components, own_[i], own_base_, logit_);
        Target target(problem_.modes, target_[i], target_base_, logit_);
        MC_UNROLL(Own::unrolled)
        for (int j = 0; j < own.count; ++j) own.base[j] = log_weight_[j] + product_[i][j] - Real(0.5) * product_[j][j];
        MC_UNROLL(Target::unrolled)
        for (int k = 0; k < target.count; ++k) target.base[k] = overlap_[i][k] + Real(problem_.logit_of_mode(k));
        for (int c = 0; c < axes_; ++c) noise_[i][c] = Real(0.0);
        Real squares = Real(0.0), slope = Real(0.0);
        const bool logs = problem_.weights != Weights::fixed;
        const std::uint64_t each = blocks_of_a_sample(problem_),
                            first =
                                step * batch_blocks(problem_) + static_cast<std::uint64_t>(i) * problem_.batch * each;
        for (std::uint64_t b = 0; b < problem_.batch; ++b) {
            if (given_up(each)) return false;
            NormalSequence<Real, Normals> normals(normals_, Purpose::components_batch, first + b * each);
            for (int c = 0; c < axes_; ++c) sample_[c] = normals.next();
            const Real of_own = own.add(axes_, sample_, logs, [&](int j, int c) { return mean_[j][c]; });
            const Real of_target = target.add(problem_.span, sample_, logs,
                                              [&](int k, int c) { return Real(problem_.mode[k * problem_.span + c]); });
            slope = slope + fma(Real(-beta), of_target, of_own);
            if (beta == 1.0) continue;
            for (int c = 0; c < axes_; ++c) {
                const Real x = mean_[i][c] + sample_[c];
                noise_[i][c] = noise_[i][c] + sample_[c];
                squares = fma(x, x, squares);
            }
        }
        const Real share = Real(1.0 / static_cast<double>(problem_.batch));
        own.leave(own_[i], share);
        target.leave(target_[i], share);
        for (int c = 0; c < axes_; ++c) noise_[i][c] = noise_[i][c] * share;
        slope_[i] = fma(Real(0.5 * (beta - 1.0)), squares, slope) * share;
        return true;
    }

    // The orthogonal parts of sqrt(B) z_i in a frame of their own.
    MC_HOST_DEVICE_CALL void draw_outside(double beta, std::uint64_t step) {
        const int n = problem_.components;
        NormalSequence<Real, Normals> normals(normals_, Purpose::components_wishart, step * wishart_blocks(n));
        const auto chi_square = [&](int i, double degrees) {
            return chi_square_(ids_, Purpose::components_wishart_gammas,
                               gamma_block(problem_, step, static_cast<std::uint64_t>(i)), degrees);
        };
        bartlett_factor<Real>(outside_root_, n, outside_, normals, chi_square);
        if (trains_variances(problem_)) return this->set_lengths();
        if (problem_.weights == Weights::fixed) return;
        const auto batch = static_cast<double>(problem_.batch);
        for (int i = 0; i < n; ++i) {
            Real squares = chi_square(n + i, (batch - 1.0) * outside_);
            for (int k = 0; k <= i; ++k) squares = fma(outside_root_[i][k], outside_root_[i][k], squares);
            slope_[i] = fma(Real(0.5 * (beta - 1.0) / batch), squares, slope_[i]);
        }
    }

    // Mean i after the step, in the frame of before; what leaves it goes to row i of outside_root_.
    MC_HOST_DEVICE_CALL void move(int i, double beta) {
        const Real step = Real(problem_.learning_rate) * weight_[i], shrink = Real(beta - 1.0);
        const bool trained = trains_variances(problem_);
        Real radial = Real(0.0);
        for (int c = 0; c < axes_; ++c) {
            Real pull = trained ? fma(shrink, mean_[i][c], noise_[i][c]) : shrink * (mean_[i][c] + noise_[i][c]);
            for (int l = 0; l < problem_.components; ++l) pull = fma(own_[i][l], mean_[l][c], pull);
            if (c < problem_.span)
                for (int k = 0; k < problem_.modes; ++k)
                    pull = fma(Real(-beta * problem_.mode[k * problem_.span + c]), target_[i][k], pull);
            next_[i][c] = pull;
            radial = fma(pull, mean_[i][c], radial);
        }
        const bool on_sphere = problem_.radii == Radii::fixed;
        radial = on_sphere ? radial / product_[i][i] : Real(0.0);
        for (int c = 0; c < axes_; ++c) next_[i][c] = fma(-step, fma(-radial, mean_[i][c], next_[i][c]), mean_[i][c]);
        const int leaving = leaves_span(beta) ? problem_.components : 0;
        const Real length = trained ? -step : step * Real((1.0 - beta) / ::sqrt(static_cast<double>(problem_.batch)));
        for (int k = 0; k < leaving; ++k) outside_root_[i][k] = outside_root_[i][k] * length;
        if (!on_sphere) return;
        Real norm2 = Real(0.0);
        for (int c = 0; c < axes_; ++c) norm2 = fma(next_[i][c], next_[i][c], norm2);
        for (int k = 0; k < leaving; ++k) norm2 = fma(outside_root_[i][k], outside_root_[i][k], norm2);
        const Real scale = Real(problem_.start_radius) / sqrt(norm2);
        for (int c = 0; c < axes_; ++c) next_[i][c] = next_[i][c] * scale;
        for (int k = 0; k < leaving; ++k) outside_root_[i][k] = outside_root_[i][k] * scale;
    }

    // A frame of the new span: its axes beyond the modes' by the root of the products of what the modes leave.
    MC_HOST_DEVICE_CALL void lay_frame() {
        const int n = problem_.components, span = problem_.span;
        for (int i = 0; i < n; ++i)
            for (int j = 0; j <= i; ++j) {
                Real sum = Real(0.0);
                for (int c = span; c < axes_; ++c) sum = fma(next_[i][c], next_[j][c], sum);
                for (int k = 0; k <= j; ++k) sum = fma(outside_root_[i][k], outside_root_[j][k], sum);
                product_[i][j] = sum;
            }
        semidefinite_root<Real>(product_, n);
        for (int i = 0; i < n; ++i)
            for (int c = span; c < axes_; ++c) next_[i][c] = c - span <= i ? product_[i][c - span] : Real(0.0);
    }

    MC_HOST_DEVICE void move_weights(Real* log_weight) {
        Real mean = Real(0.0);
        for (int i = 0; i < problem_.components; ++i) mean = fma(weight_[i], slope_[i], mean);
        for (int i = 0; i < problem_.components; ++i)
            log_weight[i] =
                fma(Real(problem_.learning_rate), weight_rate(problem_, weight_[i], slope_[i] - mean), log_weight[i]);
    }
};

}  // namespace modecollapse::components
