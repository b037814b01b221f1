// Mean of a softmax, and of the logarithm of its sum, over a Gaussian: every expectation of COMPONENTS is one.
//
//   share_l = E[ e^{t_l} / sum_m e^{t_m} ],   log_sum = E[ log sum_m e^{t_m} ],   t_l = base_l + sum_j root_lj z_j
//   spread  = E[ sum_l (t_l - base_l) e^{t_l} / sum_m e^{t_m} ]
//
// z standard normal of the rank of the Gaussian.
//
// Rank 1 and 2: the trapezoidal rule, a product of two for rank 2. Along an axis the integrand has no singularity within
// pi / c of the real numbers, c the range of the coefficients there (the terms of the sum then lie in a half-plane), so
// its error falls as exp(-2 pi a / h + a^2 / 2) with a = min(pi / c, 2 pi / h); the spacing h is the largest that makes
// this e^-logs [Trefethen and Weideman, SIAM Rev. 56 (2014) 385]. Entries that are below the leading one by more than
// reach standard deviations and logs are left out. Higher ranks: the nodes of a fixed set, each with its mirror image.
#pragma once

#include "modecollapse/components/overlaps.hpp"

namespace modecollapse::components {

template <class Real>
struct Softmax {
    int count, rank;
    Real* base;               // (count); those left out are lowered
    Rows<const Real> root;    // (count, rank)
    Real* share;              // (count): result
    Real log_sum;             // result
    Real* logit;              // (2, count): scratch
    Real spread = Real(0.0);  // result
    static constexpr int unrolled = 1;
};

// The same of sizes known when compiled, its numbers its own: for the sums over a fixed set.
template <class Real, int count_known, int rank_known>
struct SmallSoftmax {
    static constexpr int count = count_known, rank = rank_known, unrolled = count_known;
    Real base[count], root[count][rank], share[count], log_sum, logit[2 * count], spread;

    MC_HOST_DEVICE explicit SmallSoftmax(const Softmax<Real>& x) : log_sum(x.log_sum), spread(x.spread) {
        MC_UNROLL_ALL
        for (int l = 0; l < count; ++l) {
            base[l] = x.base[l];
            share[l] = x.share[l];
            MC_UNROLL_ALL
            for (int j = 0; j < rank; ++j) root[l][j] = x.root[l][j];
        }
    }
    MC_HOST_DEVICE void leave(Softmax<Real>& x) const {
        MC_UNROLL_ALL
        for (int l = 0; l < count; ++l) x.share[l] = share[l];
        x.log_sum = log_sum;
        x.spread = spread;
    }
};

// compiled_count: the terms that a fixed set of one rank less has a program of its own for; 0: none.
template <class Real, int compiled_count = 0>
class SoftmaxMean {
public:
    MC_HOST_DEVICE SoftmaxMean(const Rule& rule, Asked asked) : rule_(rule), asked_(asked) {}

    MC_HOST_DEVICE_CALL void operator()(Softmax<Real>& x) const {
        for (int l = 0; l < x.count; ++l) x.share[l] = Real(0.0);
        x.log_sum = x.spread = Real(0.0);
        Real total = Real(0.0);
        if (x.rank == 0)
            add(x, x.base, Real(1.0), total);
        else if (x.rank <= 2)
            product_rule(x, total);
        else if (compiled_count > 0 && x.count == compiled_count && x.rank == compiled_count - 1)
            small_fixed_set(x, total);
        else
            fixed_set(x, total);
        const Real scale = Real(1.0) / total;
        for (int l = 0; l < x.count; ++l) x.share[l] = x.share[l] * scale;
        x.log_sum = x.log_sum * scale;
        x.spread = x.spread * scale;
    }

private:
    // A node, from the logits there.
    template <class Terms>
    MC_HOST_DEVICE void add(Terms& x, const Real* logit, Real weight, Real& total) const {
        Real top = logit[0], sum = Real(0.0), spread = Real(0.0);
        MC_UNROLL(Terms::unrolled)
        for (int l = 1; l < x.count; ++l) top = max(logit[l], top);
        MC_UNROLL(Terms::unrolled)
        for (int l = 0; l < x.count; ++l) {
            const Real moved = logit[l] - x.base[l];
            x.logit[l] = exp(logit[l] - top);
            sum = sum + x.logit[l];
            if (asked_ == Asked::all) spread = fma(moved, x.logit[l], spread);
        }
        const Real scale = weight / sum;
        MC_UNROLL(Terms::unrolled)
        for (int l = 0; l < x.count; ++l) x.share[l] = fma(x.logit[l], scale, x.share[l]);
        if (asked_ != Asked::shares) x.log_sum = fma(weight, top + log(sum), x.log_sum);
        if (asked_ == Asked::all) x.spread = fma(spread, scale, x.spread);
        total = total + weight;
    }

    // Along the last axis, from the logits at its zero.
    MC_HOST_DEVICE_CALL void line(Softmax<Real>& x, const Real* from, Real h, Real outer, Real& total) const {
        const int axis = x.rank - 1;
        Real* logit = x.logit;
        for (int k = 0;; ++k) {
            const Real z = Real(static_cast<double>(k)) * h;
            const MaskOf<Real> inside = z <= Real(rule_.reach);
            if (!any(inside)) return;
            const Real weight = select(inside, outer * exp(Real(-0.5) * z * z), Real(0.0));
            for (int side = 0; side < (k == 0 ? 1 : 2); ++side) {
                const Real at = side == 0 ? z : -z;
                for (int l = 0; l < x.count; ++l) logit[l] = fma(x.root[l][axis], at, from[l]);
                add(x, logit, weight, total);
            }
        }
    }

    MC_HOST_DEVICE void product_rule(Softmax<Real>& x, Real& total) const {
        Real range[2] = {Real(0.0), Real(0.0)};
        leave_out(x, range);
        const Real last = trapezoidal_spacing(rule_, range[x.rank - 1]);
        if (x.rank == 1) return line(x, x.base, last, Real(1.0), total);
        const Real h = trapezoidal_spacing(rule_, range[0]);
        Real* from = x.logit + x.count;
        for (int k = 0;; ++k) {
            const Real z = Real(static_cast<double>(k)) * h;
            const MaskOf<Real> inside = z <= Real(rule_.reach);
            if (!any(inside)) return;
            const Real weight = select(inside, exp(Real(-0.5) * z * z), Real(0.0));
            for (int side = 0; side < (k == 0 ? 1 : 2); ++side) {
                const Real at = side == 0 ? z : -z;
                for (int l = 0; l < x.count; ++l) from[l] = fma(x.root[l][0], at, x.base[l]);
                line(x, from, last, weight, total);
            }
        }
    }

    // Lowers what is too small to matter; range: of the coefficients of the others along each axis.
    MC_HOST_DEVICE void leave_out(Softmax<Real>& x, Real (&range)[2]) const {
        Real top = x.base[0], lead[2] = {x.root[0][0], x.root[0][x.rank - 1]}, low[2], high[2];
        for (int l = 1; l < x.count; ++l) {
            const MaskOf<Real> leads = x.base[l] > top;
            top = select(leads, x.base[l], top);
            for (int j = 0; j < x.rank; ++j) lead[j] = select(leads, x.root[l][j], lead[j]);
        }
        for (int j = 0; j < x.rank; ++j) low[j] = high[j] = lead[j];
        for (int l = 0; l < x.count; ++l) {
            Real distance2 = Real(0.0);
            for (int j = 0; j < x.rank; ++j) {
                const Real step = x.root[l][j] - lead[j];
                distance2 = fma(step, step, distance2);
            }
            const MaskOf<Real> out = top - x.base[l] > fma(Real(rule_.reach), sqrt(distance2), Real(rule_.logs));
            x.base[l] = select(out, top - Real(1e5) * (Real(1.0) + distance2), x.base[l]);
            for (int j = 0; j < x.rank; ++j) {
                low[j] = min(low[j], select(out, lead[j], x.root[l][j]));
                high[j] = max(high[j], select(out, lead[j], x.root[l][j]));
            }
        }
        for (int j = 0; j < x.rank; ++j) range[j] = high[j] - low[j];
    }

    // Its sums in registers.
    MC_HOST_DEVICE_CALL void small_fixed_set(Softmax<Real>& x, Real& total) const {
        if constexpr (compiled_count > 2) {
            SmallSoftmax<Real, compiled_count, compiled_count - 1> small(x);
            fixed_set(small, total);
            small.leave(x);
        }
    }

    template <class Terms>
    MC_HOST_DEVICE void fixed_set(Terms& x, Real& total) const {
        for (int n = 0; n < rule_.count; ++n) {
            const double* z = rule_.node + n * x.rank;
            Real* along = x.logit + x.count;
            MC_UNROLL(Terms::unrolled)
            for (int l = 0; l < x.count; ++l) {
                along[l] = x.root[l][0] * Real(z[0]);
                MC_UNROLL(Terms::unrolled)
                for (int j = 1; j < x.rank; ++j) along[l] = fma(x.root[l][j], Real(z[j]), along[l]);
                x.logit[l] = x.base[l] + along[l];
            }
            add(x, x.logit, Real(1.0), total);
            MC_UNROLL(Terms::unrolled)
            for (int l = 0; l < x.count; ++l) x.logit[l] = x.base[l] - along[l];
            add(x, x.logit, Real(1.0), total);
        }
    }

    const Rule& rule_;
    Asked asked_;
};

}  // namespace modecollapse::components
