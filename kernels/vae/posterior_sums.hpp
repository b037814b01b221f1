// Sums over points that stand for a posterior, by the logarithms of their weights: what both exact posteriors are made of.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse::vae {

inline constexpr double negligible = -36.0;  // logarithm of a weight beside the largest

inline double log_of_sum(const double* logarithms, int n) {
    double most = logarithms[0], sum = 0.0;
    for (int i = 1; i < n; ++i) most = std::max(most, logarithms[i]);
    for (int i = 0; i < n; ++i) sum += exp(logarithms[i] - most);
    return most + log(sum);
}

// log N(z; mean, diag variance), l coordinates.
inline double log_normal(const double* z, const double* mean, const double* variance, int l) {
    double sum = 0.0;
    for (int i = 0; i < l; ++i) {
        const double off = z[i] - mean[i];
        sum -= 0.5 * (off * off / variance[i] + log(variance[i]) + log_two_pi);
    }
    return sum;
}

struct WeightSums {
    double most, total, squares;  // the largest logarithm; sums of the weights beside it, and of their squares
    double points;                // how many were looked at

    double log_total() const { return most + log(total); }
    double effective() const { return total * total / squares / points; }  // share of the points
};

// add(j, w): of every point first, first + stride, .. whose weight w beside the largest is not negligible.
template <class Add>
WeightSums weigh_points(const std::vector<double>& log_weights, std::uint64_t first, std::uint64_t stride,
                        const Add& add) {
    const std::uint64_t count = log_weights.size(), points = (count - first + stride - 1) / stride;
    WeightSums sums = {log_weights[first], 0.0, 0.0, static_cast<double>(points)};
    for (std::uint64_t j = first; j < count; j += stride) sums.most = std::max(sums.most, log_weights[j]);
    for (std::uint64_t j = first; j < count; j += stride) {
        if (!(log_weights[j] - sums.most > negligible)) continue;
        const double w = exp(log_weights[j] - sums.most);
        sums.total += w;
        sums.squares += w * w;
        add(j, w);
    }
    return sums;
}

}  // namespace modecollapse::vae
