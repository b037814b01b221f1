// Sums over a batch of the shares of q's components or of p's modes (sampler.hpp).
//
//   share_l = e^{t_l} / sum_m e^{t_m},   t_l = base_l + row_l . sample
//
// SumsOfShares<Real, 0>: of any number, in memory. SumsOfShares<Real, count>: of so many, in registers; their chains of
// multiply-adds then stand side by side. Every number is computed by the same operations in the same order in both.
#pragma once

#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::components {

template <class Real, int compiled_count>
struct NumbersOfShares {
    static constexpr int count = compiled_count, unrolled = compiled_count;
    Real sum[count], base[count], logit[count];
    MC_HOST_DEVICE NumbersOfShares(int, Real*, Real*, Real*) {}
};
template <class Real>
struct NumbersOfShares<Real, 0> {
    static constexpr int unrolled = 1;
    int count;
    Real *sum, *base, *logit;
    MC_HOST_DEVICE NumbersOfShares(int count_of_all, Real* sum_memory, Real* base_memory, Real* logit_memory)
        : count(count_of_all), sum(sum_memory), base(base_memory), logit(logit_memory) {}
};

template <class Real, int compiled_count>
struct SumsOfShares : NumbersOfShares<Real, compiled_count> {
    using Numbers = NumbersOfShares<Real, compiled_count>;
    using Numbers::count, Numbers::sum, Numbers::base, Numbers::logit, Numbers::unrolled;

    // The caller sets base. Memory: (count) each, for where the sums are not in registers.
    MC_HOST_DEVICE SumsOfShares(int count_of_all, Real* sum_memory, Real* base_memory, Real* logit_memory)
        : Numbers(count_of_all, sum_memory, base_memory, logit_memory) {
        MC_UNROLL(unrolled)
        for (int l = 0; l < count; ++l) sum[l] = Real(0.0);
    }

    // Adds the shares of a sample; row(l, c). Returns the logarithm of what they are shares of, or 0 if not asked for.
    template <class Row>
    MC_HOST_DEVICE Real add(int axes, const Real* sample, bool asked, const Row& row) {
        to_logits(axes, sample, row);
        Real top = logit[0], total = Real(0.0);
        MC_UNROLL(unrolled)
        for (int l = 1; l < count; ++l) top = max(logit[l], top);
        MC_UNROLL(unrolled)
        for (int l = 0; l < count; ++l) {
            logit[l] = exp(logit[l] - top);
            total = total + logit[l];
        }
        const Real scale = Real(1.0) / total;
        MC_UNROLL(unrolled)
        for (int l = 0; l < count; ++l) sum[l] = fma(logit[l], scale, sum[l]);
        return asked ? top + log(total) : Real(0.0);
    }

    MC_HOST_DEVICE void leave(Real* mean, Real scale) const {
        MC_UNROLL(unrolled)
        for (int l = 0; l < count; ++l) mean[l] = sum[l] * scale;
    }

private:
    template <class Row>
    MC_HOST_DEVICE void to_logits(int axes, const Real* sample, const Row& row) {
        if constexpr (compiled_count > 0) {
            MC_UNROLL(unrolled)
            for (int l = 0; l < count; ++l) logit[l] = base[l];
            for (int c = 0; c < axes; ++c) {
                MC_UNROLL(unrolled)
                for (int l = 0; l < count; ++l) logit[l] = fma(row(l, c), sample[c], logit[l]);
            }
        } else {
            for (int l = 0; l < count; ++l) {
                Real logit_of_l = base[l];
                for (int c = 0; c < axes; ++c) logit_of_l = fma(row(l, c), sample[c], logit_of_l);
                logit[l] = logit_of_l;
            }
        }
    }
};

}  // namespace modecollapse::components
