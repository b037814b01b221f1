// Mean responsibilities of two or three components of q, all from one grid of nodes: COMPONENTS.
//
//   S_ij = integral of w_i N_i w_j N_j / q (symmetric),   r_ij = S_ij / w_i,   r_ii = 1 - sum_j r_ij
//   l_i  = integral of N_i log(q / (w_i N_i)):   E_i log q = log w_i + E_i log N_i + l_i
//
// over the line or plane of the means; the other directions integrate to 1. By the trapezoidal rule, a product of two in
// the plane: on an axis the integrands are analytic within pi / c of the real numbers, c the range of the means there, so
// the error falls as exp(-2 pi a / h + a^2 / 2), a = min(pi / c, 2 pi / h), and the spacing h is the largest that makes
// this e^-logs [Trefethen and Weideman, SIAM Rev. 56 (2014) 385]. All integrands are below min(N_i, N_j) of some pair (up
// to the ratio of the weights): a node counts only within reach of both; components that share no node with any other
// are left out. N_i on the nodes is a product of one factor an axis, each by recurrence: a node takes multiplications.
#pragma once

#include "modecollapse/components/state.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::components {

enum class Asked { shares, shares_and_log, all };

// Spacing of the trapezoidal rule on an axis along which the exponents have this range.
template <class Real>
MC_HOST_DEVICE Real trapezoidal_spacing(const Rule& rule, Real range) {
    const double smallest = pi / ::sqrt(2.0 * rule.logs);  // below, the Gaussian itself sets the spacing
    const Real c = max(range, Real(smallest));
    return Real(2.0 * pi * pi) / fma(c, Real(rule.logs), Real(0.5 * pi * pi) / c);
}

template <class Real, int count>
class Overlaps {
    static constexpr int axes = count - 1, pairs = count * (count - 1) / 2, run = 16, chunk = 4 * run;
    using Mask = MaskOf<Real>;

public:
    static constexpr int words = chunk * (2 * count + pairs) + run * count;

    // memory: words numbers.
    MC_HOST_DEVICE Overlaps(const Rule& rule, Real* memory) : rule_(rule) {
        Pieces<Real> pieces(memory);
        bell_ = pieces.take(chunk * count);
        exponent_ = pieces.take(chunk * count);
        product_ = pieces.take(chunk * pairs);
        outer_ = pieces.take(run * count);
    }

    // at: (count, axes), the means; log_weight: up to a common summand. r into own, l into log_sum if asked for.
    MC_HOST_DEVICE_CALL void operator()(const Real (&at)[count][axes], const Real* log_weight, Asked asked,
                                        const Rows<Real>& own, Real* log_sum) {
        place(at, log_weight);
        if (asked == Asked::shares)
            integrate<Asked::shares>();
        else
            integrate<Asked::shares_and_log>();
        Real cell = Real(1.0);
        MC_UNROLL_ALL
        for (int a = 0; a < axes; ++a) cell = cell * step_[a] * Real(inverse_sqrt_two_pi);
        Real kept[count];
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            const Real scale = select(used_[i], cell / select(used_[i], weight_[i], Real(1.0)), Real(0.0));
            kept[i] = Real(1.0);
            log_sum[i] = asked == Asked::shares ? Real(0.0) : fma(logs_[i], scale, log_weight_[i] - given_[i]);
            MC_UNROLL_ALL
            for (int j = 0; j < count; ++j)
                if (j != i) {
                    own[i][j] = overlap_[pair_of(i, j)] * scale;
                    kept[i] = kept[i] - own[i][j];
                }
            own[i][i] = kept[i];
        }
    }

private:
    static constexpr double least_log_weight = -120.0;  // below the largest: as good as no component
    static constexpr double least_density = 1e-70;      // keeps what no node within reach has from being divided by

    MC_HOST_DEVICE static constexpr int pair_of(int i, int j) { return i + j - 1; }  // of (0, 1), (0, 2), (1, 2)

    // Weights, window and spacing of each axis.
    MC_HOST_DEVICE void place(const Real (&at)[count][axes], const Real* log_weight) {
        const Real reach = Real(rule_.reach), far = Real(1e300);
        Real top = log_weight[0], low[axes], high[axes];
        MC_UNROLL_ALL
        for (int i = 1; i < count; ++i) top = max(log_weight[i], top);
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            given_[i] = log_weight[i] - top;
            log_weight_[i] = max(given_[i], Real(least_log_weight));
            used_[i] = top < -far;  // not yet
            MC_UNROLL_ALL
            for (int a = 0; a < axes; ++a) at_[i][a] = at[i][a];
        }
        MC_UNROLL_ALL
        for (int a = 0; a < axes; ++a) {
            first_[a] = low[a] = far;
            last_[a] = high[a] = -far;
        }
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            MC_UNROLL_ALL
            for (int j = i + 1; j < count; ++j) {
                Real distance2 = Real(0.0);
                MC_UNROLL_ALL
                for (int a = 0; a < axes; ++a) distance2 = fma(at[i][a] - at[j][a], at[i][a] - at[j][a], distance2);
                const Real ratio = abs(log_weight_[i] - log_weight_[j]);
                const Mask meet = fma(Real(0.5), distance2, -ratio) <= reach * sqrt(distance2);
                const Mask lighter = log_weight_[i] <= log_weight_[j];  // of the heavier one a node counts farther out
                const Real wide = sqrt(fma(Real(2.0), ratio, Real(rule_.reach * rule_.reach)));
                const Real of_i = select(lighter, reach, wide), of_j = select(lighter, wide, reach);
                used_[i] = used_[i] | meet;
                used_[j] = used_[j] | meet;
                MC_UNROLL_ALL
                for (int a = 0; a < axes; ++a) {
                    const Real begin = max(at[i][a] - of_i, at[j][a] - of_j);
                    const Real end = min(at[i][a] + of_i, at[j][a] + of_j);
                    first_[a] = select(meet, min(begin, first_[a]), first_[a]);
                    last_[a] = select(meet, max(end, last_[a]), last_[a]);
                }
            }
        }
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            weight_[i] = select(used_[i], exp(log_weight_[i]), Real(0.0));
            MC_UNROLL_ALL
            for (int a = 0; a < axes; ++a) {
                low[a] = select(used_[i], min(at[i][a], low[a]), low[a]);
                high[a] = select(used_[i], max(at[i][a], high[a]), high[a]);
            }
        }
        MC_UNROLL_ALL
        for (int a = 0; a < axes; ++a) {
            const Mask any_node = first_[a] <= last_[a];
            first_[a] = select(any_node, first_[a], Real(0.0));
            last_[a] = select(any_node, last_[a], Real(-1.0));
            step_[a] = trapezoidal_spacing(rule_, select(any_node, high[a] - low[a], Real(0.0)));
        }
    }

    template <Asked asked>
    MC_HOST_DEVICE void integrate() {
        constexpr int inner = axes - 1;
        MC_UNROLL_ALL
        for (auto& sum : overlap_) sum = Real(0.0);
        MC_UNROLL_ALL
        for (auto& sum : logs_) sum = Real(0.0);
        Real factor[count];
        for (int begin = 0;; begin += chunk) {
            int nodes = 0;
            while (nodes < chunk && any(node(inner, begin + nodes) <= last_[inner])) {
                bells(inner, begin + nodes, bell_ + nodes * count);
                nodes += run;
            }
            if (nodes == 0) return;
            while (!any(node(inner, begin + nodes - 4) <= last_[inner])) nodes -= 4;
            fill_products<asked>(begin, nodes);
            if constexpr (axes == 1) {
                MC_UNROLL_ALL
                for (int i = 0; i < count; ++i) factor[i] = weight_[i];
                line<asked>(nodes, factor, log_weight_);
            } else {
                for (int k = 0; any(node(0, k) <= last_[0]); ++k) {
                    if (k % run == 0) bells(0, k, outer_);
                    Real exponent[count];
                    MC_UNROLL_ALL
                    for (int i = 0; i < count; ++i) {
                        const Real d = node(0, k) - at_[i][0];
                        factor[i] = weight_[i] * outer_[k % run * count + i];
                        exponent[i] = fma(Real(-0.5) * d, d, log_weight_[i]);
                    }
                    line<asked>(nodes, factor, exponent);
                }
            }
        }
    }

    MC_HOST_DEVICE Real node(int axis, int k) const {
        return fma(Real(static_cast<double>(k)), step_[axis], first_[axis]);
    }

    // exp(-(x - at)^2 / 2) on so many nodes of an axis from the k-th on, 0 beyond the window: (run, count). From node to
    // node a Gaussian changes by a factor that itself changes by exp(-h^2).
    MC_HOST_DEVICE_CALL void bells(int axis, int k, Real* out) const {
        const Real h = step_[axis], change = exp(-(h * h));
        Real value[count], factor[count];
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            const Real d = node(axis, k) - at_[i][axis];
            value[i] = exp(Real(-0.5) * d * d);
            factor[i] = exp(-(h * fma(Real(0.5), h, d)));
        }
        for (int n = 0; n < run; ++n) {
            const Mask inside = node(axis, k + n) <= last_[axis];
            MC_UNROLL_ALL
            for (int i = 0; i < count; ++i) {
                out[n * count + i] = select(inside, value[i], Real(0.0));
                value[i] = value[i] * factor[i];
                factor[i] = factor[i] * change;
            }
        }
    }

    template <Asked asked>
    MC_HOST_DEVICE void fill_products(int begin, int nodes) {
        for (int n = 0; n < nodes; ++n) {
            const Real* bell = bell_ + n * count;
            MC_UNROLL_ALL
            for (int i = 0; i < count; ++i) {
                MC_UNROLL_ALL
                for (int j = i + 1; j < count; ++j) product_[n * pairs + pair_of(i, j)] = bell[i] * bell[j];
            }
            if constexpr (asked != Asked::shares) {
                MC_UNROLL_ALL
                for (int i = 0; i < count; ++i) {
                    const Real d = node(axes - 1, begin + n) - at_[i][axes - 1];
                    exponent_[n * count + i] = Real(-0.5) * d * d;
                }
            }
        }
    }

    // Adds the nodes of a line: component i has the density factor_i bell_i there. Four divisions become one.
    template <Asked asked>
    MC_HOST_DEVICE void line(int nodes, const Real (&factor)[count], const Real (&exponent)[count]) {
        Real sum[2][pairs], log_sum[count];
        MC_UNROLL_ALL
        for (auto& half : sum) {
            MC_UNROLL_ALL
            for (Real& x : half) x = Real(0.0);
        }
        MC_UNROLL_ALL
        for (Real& x : log_sum) x = Real(0.0);
        for (int n = 0; n < nodes; n += 4) {
            Real density[4], inverse[4];
            MC_UNROLL_ALL
            for (int s = 0; s < 4; ++s) {
                const Real* bell = bell_ + (n + s) * count;
                density[s] = Real(least_density);
                MC_UNROLL_ALL
                for (int i = 0; i < count; ++i) density[s] = fma(factor[i], bell[i], density[s]);
            }
            const Real first = density[0] * density[1], second = density[2] * density[3];
            const Real all = Real(1.0) / (first * second), of_first = all * second, of_second = all * first;
            inverse[0] = of_first * density[1];
            inverse[1] = of_first * density[0];
            inverse[2] = of_second * density[3];
            inverse[3] = of_second * density[2];
            MC_UNROLL_ALL
            for (int s = 0; s < 4; ++s) {
                const Real* product = product_ + (n + s) * pairs;
                MC_UNROLL_ALL
                for (int p = 0; p < pairs; ++p) sum[s % 2][p] = fma(inverse[s], product[p], sum[s % 2][p]);
            }
            if constexpr (asked != Asked::shares) {
                MC_UNROLL_ALL
                for (int s = 0; s < 4; ++s) {
                    const Real level = log(density[s]);
                    MC_UNROLL_ALL
                    for (int i = 0; i < count; ++i)
                        log_sum[i] = fma(bell_[(n + s) * count + i],
                                         level - (exponent_[(n + s) * count + i] + exponent[i]), log_sum[i]);
                }
            }
        }
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i) {
            MC_UNROLL_ALL
            for (int j = i + 1; j < count; ++j) {
                const int p = pair_of(i, j);
                overlap_[p] = fma(factor[i] * factor[j], sum[0][p] + sum[1][p], overlap_[p]);
            }
            if (asked == Asked::shares_and_log) logs_[i] = fma(factor[i], log_sum[i], logs_[i]);
        }
    }

    const Rule& rule_;
    Real *bell_, *exponent_, *product_, *outer_;  // (chunk, count), the same, (chunk, pairs), (run, count)
    Real at_[count][axes], weight_[count];
    Real given_[count], log_weight_[count];  // logarithms of the weights over the largest; bounded from below
    Mask used_[count];
    Real first_[axes], last_[axes], step_[axes];
    Real overlap_[pairs], logs_[count];
};

}  // namespace modecollapse::components
