#include "host/expectation/fast_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/mixture/problem.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

// Chebyshev coefficients of the interpolant of f in `count` first-kind points.
std::vector<double> chebyshev_coefficients(const std::function<double(double)>& f, int count) {
    std::vector<double> values(count), coefficients(count);
    for (int j = 0; j < count; ++j) values[j] = f(std::cos(pi * (j + 0.5) / count));
    for (int k = 0; k < count; ++k) {
        double sum = 0.0;
        for (int j = 0; j < count; ++j) sum += values[j] * std::cos(pi * k * (j + 0.5) / count);
        coefficients[k] = (k == 0 ? 1.0 : 2.0) * sum / count;
    }
    return coefficients;
}

// Coefficients of powers of y for sum_k a_k T_k(y), constant term first; recurrence T_{k+1} = 2 y T_k - T_{k-1}.
std::vector<double> to_powers(const std::vector<double>& chebyshev) {
    const int n = static_cast<int>(chebyshev.size());
    std::vector<long double> previous(n, 0.0L), current(n, 0.0L), result(n, 0.0L);
    for (int k = 0; k < n; ++k) {
        std::vector<long double> next(n, 0.0L);
        if (k == 0) {
            next[0] = 1.0L;
        } else {
            for (int i = 1; i < n; ++i) next[i] = (k == 1 ? 1.0L : 2.0L) * current[i - 1];
            if (k > 1)
                for (int i = 0; i < n; ++i) next[i] -= previous[i];
        }
        for (int i = 0; i < n; ++i) result[i] += static_cast<long double>(chebyshev[k]) * next[i];
        previous = current;
        current = next;
    }
    return std::vector<double>(result.begin(), result.end());
}

}  // namespace

SplitPowers split_by_parity(const std::vector<double>& chebyshev) {
    // p = sum a_2k T_k(y) + x sum b_k T_k(y): from T_{2k+1} + T_{2k-1} = 2 x T_2k, b follows backward from the odd
    // coefficients.
    const int used = static_cast<int>(chebyshev.size());
    const int terms = (used + 1) / 2;
    std::vector<double> even(terms, 0.0), odd(terms, 0.0);
    for (int k = 0; k < terms; ++k) even[k] = chebyshev[2 * k];
    const auto odd_coefficient = [&](int k) { return 2 * k + 1 < used ? chebyshev[2 * k + 1] : 0.0; };
    double next = 0.0;
    for (int k = terms - 1; k >= 0; --k)
        next = odd[k] = k == 0 ? odd_coefficient(0) - 0.5 * next : 2.0 * odd_coefficient(k) - next;
    return {to_powers(even), to_powers(odd)};
}

FittedPolynomial fit_polynomial(const std::function<double(double)>& f, double error) {
    constexpr int most = 2 * ParitySplitPolynomial::capacity;
    for (int points = 24; points <= 2 * most; points *= 2) {
        const std::vector<double> a = chebyshev_coefficients(f, points);
        int used = points;
        double discarded = 0.0;
        while (used > 2 && discarded + std::fabs(a[used - 1]) <= 0.5 * error) discarded += std::fabs(a[--used]);
        if (used > points / 2 + 4) continue;  // not resolved: the upper half must be noise, or aliasing is not excluded
        if (used > most) break;
        FittedPolynomial fit = {};
        fit.error_bound = discarded;
        const SplitPowers powers = split_by_parity({a.begin(), a.begin() + used});
        fit.polynomial.terms = static_cast<int>(powers.even.size());
        std::copy(powers.even.begin(), powers.even.end(), fit.polynomial.even);
        std::copy(powers.odd.begin(), powers.odd.end(), fit.polynomial.odd);
        return fit;
    }
    throw std::runtime_error("an expectation cannot be fitted to " + short_text(error) + " with " +
                             std::to_string(most) + " coefficients (radius too large, or error too small)");
}

FastExpectations build_fast_expectations(double radius, double target_weight, double weight, double error) {
    const double h = half_log_odds(target_weight);
    FastExpectations fast = {};
    // E sigma is multiplied by w1 <= 1, so the same absolute error serves for both.
    fast.attraction_of_m =
        fit_polynomial([&](double m) { return reference_attraction(radius, h, m); }, error).polynomial;
    fast.overlap_of_distance =
        fit_polynomial([&](double x) { return reference_overlap(radius, weight, 0.5 * (x + 1.0) * (x + 1.0)); }, error)
            .polynomial;
    if (h == 0.0)  // T is odd for the symmetric target; exactly so, for m = 0 must stay invariant
        for (double& coefficient : fast.attraction_of_m.even) coefficient = 0.0;
    return fast;
}

}  // namespace modecollapse
