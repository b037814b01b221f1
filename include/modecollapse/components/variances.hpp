// Expectations of q whose components have variances of their own, under component i: docs/explanation/many_modes.md.
//
//   x = mu_i + s_i z,   v = s^2,   D_j = mu_j - mu_i,   l_j = log(v_i/v_j),   g = |z|^2 - d
//   t_j = log(w_j/w_i) - |D_j|^2/(2 v_j) + (s_i/v_j) D_j.z + (d/2) (1 + l_j - e^l_j) + (1 - e^l_j) g/2
//   R_j = e^t_j / sum_l e^t_l,   r_j = E[R_j],   log_sum = E[log sum_j e^t_j],   log q = log(w_i N_i) + log sum_j e^t_j
//
//   push    A = -sum_j E[R_j (x - mu_j)]/v_j + x's mean = sum_j p_j mu_j:   p_j = r_j/v_j - s_i alpha_j,  sum_j p_j = 1
//           sum_j alpha_j D_j = sum_j (1/v_j - 1/v_i) E[R_j z]
//   stretch E[ sum_j R_j ((1 - e^l_j) |z|^2 + (s_i/v_j) D_j.z) ] = d - E[ sum_j R_j z.(x - mu_j) s_i/v_j ]
//
// z enters by its K - 1 coordinates in the span of the D_j and by |z|^2 alone. The nodes are those of one fixed set, each
// with its mirror image: (K - 1 coordinates, g, g of the mirror image), host/components/nodes.hpp.
#pragma once

#include "modecollapse/components/overlaps.hpp"

namespace modecollapse::components {

template <class Real>
struct VarianceMean {
    int count;              // K
    Rows<const Real> root;  // (K - 1, K - 1): of the products of the D_j; row a is the (a + 1)-th entry below
    Real* base;             // (K): of t_j, all that is not random; base[0] = 0 is component i
    Real* variance;         // (K)
    Real* share;            // (K): result
    Real* push;             // (K): result
    Real stretch, log_sum;  // results
    Real* scratch;          // (5, K)

    MC_HOST_DEVICE_CALL void operator()(const Rule& rule, double dimension) {
        const int rank = count - 1;
        const Real own = sqrt(variance[0]), inverse_own = Real(1.0) / variance[0];
        Real *along = scratch, *slope = along + count, *quad = slope + count, *tilt = quad + count,
             *logit = tilt + count;
        for (int j = 0; j < count; ++j) {
            slope[j] = own / variance[j];
            quad[j] = j == 0 ? Real(0.0) : Real(0.5) - Real(0.5) * (variance[0] / variance[j]);
            share[j] = tilt[j] = Real(0.0);
        }
        stretch = log_sum = Real(0.0);
        for (int n = 0; n < rule.count; ++n) {
            const double* z = rule.node + static_cast<std::int64_t>(n) * (rank + 2);
            for (int a = 0; a < rank; ++a) {
                Real sum = root[a][0] * Real(z[0]);
                for (int c = 1; c <= a; ++c) sum = fma(root[a][c], Real(z[c]), sum);
                along[a + 1] = slope[a + 1] * sum;
            }
            for (const double side : {1.0, -1.0}) {
                const Real g = Real(side > 0.0 ? z[rank] : z[rank + 1]), length2 = g + Real(dimension);
                Real top = Real(0.0), sum = Real(0.0), stretched = Real(0.0), tilted = Real(0.0);
                for (int j = 0; j < count; ++j) {
                    logit[j] = j == 0 ? Real(0.0) : fma(Real(side), along[j], fma(quad[j], g, base[j]));
                    top = max(logit[j], top);
                }
                for (int j = 0; j < count; ++j) {
                    logit[j] = exp(logit[j] - top);
                    sum = sum + logit[j];
                }
                const Real scale = Real(1.0) / sum;
                for (int j = 0; j < count; ++j) {
                    const Real responsibility = logit[j] * scale;
                    share[j] = share[j] + responsibility;
                    if (j == 0) continue;
                    stretched =
                        fma(fma(Real(2.0) * quad[j], length2, Real(side) * along[j]), responsibility, stretched);
                    tilted = fma(Real(1.0) / variance[j] - inverse_own, responsibility, tilted);
                }
                stretch = stretch + stretched;
                log_sum = log_sum + (top + log(sum));
                for (int c = 0; c < rank; ++c) tilt[c] = fma(Real(side * z[c]), tilted, tilt[c]);
            }
        }
        const Real each = Real(0.5 / rule.count);
        for (int j = 0; j < count; ++j) share[j] = share[j] * each;
        for (int c = 0; c < rank; ++c) tilt[c] = tilt[c] * each;
        stretch = stretch * each;
        log_sum = log_sum * each;
        fill_push(own, tilt);
    }

private:
    // alpha by back substitution; where the D_j span less, a pivot is 0 and so is what it multiplies.
    MC_HOST_DEVICE void fill_push(Real own, Real* tilt) const {
        push[0] = Real(1.0);
        for (int c = count - 2; c >= 0; --c) {
            Real alpha = tilt[c];
            for (int a = c + 1; a < count - 1; ++a) alpha = fma(-root[a][c], tilt[a], alpha);
            const MaskOf<Real> kept = root[c][c] > Real(0.0);
            tilt[c] = select(kept, alpha / select(kept, root[c][c], Real(1.0)), Real(0.0));
            push[c + 1] = fma(-own, tilt[c], share[c + 1] / variance[c + 1]);
            push[0] = push[0] - push[c + 1];
        }
    }
};

}  // namespace modecollapse::components
