#include "host/expectation/weight_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "host/expectation/fast_expectation.hpp"
#include "host/expectation/reference_expectation.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

constexpr double outer_range = 20.0,
                 outer_bend = 10.0;  // a: where x = lambda / sqrt(lambda^2 + a^2) bends; fewest coefficients by trial

// Weights that trajectories reach grow like R^2 (measured at R = 1.5 to 3, w* = 2/3, T = 200: |lambda| stays below 1.25
// R^2). Where one lane leaves the inner fit its whole register pays for both.
double inner_range(double radius) { return std::min(std::max(1.25 * radius * radius, 3.0), 12.0); }
double inner_bend(double range) { return 6.0 + 0.5 * std::max(range - 8.0, 0.0); }

// E f(Z) by the trapezoidal rule, whose error falls like exp(-2 pi (distance of the poles) / step): the integrand's
// poles lie pi / sqrt(2 k) off the real axis. As accurate as the adaptive quadrature here (tests), and much faster.
double gap_by_trapezoid(double radius, double lambda, double u) {
    const double k = radius * radius * u;
    const double step = std::min(0.4, 0.55 / std::sqrt(std::max(2.0 * k, 1e-12)));
    const int half = static_cast<int>(std::ceil(8.6 / step));
    const ComponentGapIntegrand integrand{radius};
    double sum = 0.0, weight = 0.0;
    for (int i = -half; i <= half; ++i) {
        const double z = i * step, density = std::exp(-0.5 * z * z);
        sum += density * integrand(lambda, u, z);
        weight += density;
    }
    return sum / weight;
}

// S = E log( 1 + e^{lambda + k + sqrt(2k) Z} ) to a relative error, lambda < 0, by the same rule around where the integrand
// is largest.
double log_shortfall(double lambda, double k) {
    const double root = std::sqrt(2.0 * k), mean = lambda + k;
    const double step = std::min(0.25, 0.75 / std::max(root, 1e-6));
    const double centre = std::min(std::max(-mean / std::max(root, 1e-6), 0.0), root);
    const int half = static_cast<int>(std::ceil(8.6 / step));
    const auto log_term = [&](double z) {
        const double y = mean + root * z;
        return -0.5 * z * z + (y > 0.0     ? std::log(y + std::log1p(std::exp(-y)))
                               : y < -30.0 ? y
                                           : std::log(std::log1p(std::exp(y))));
    };
    const double largest = log_term(centre);
    double sum = 0.0;
    for (int i = -half; i <= half; ++i) sum += std::exp(log_term(centre + i * step) - largest);
    return largest + std::log(sum * step / std::sqrt(2.0 * pi));
}

// Which Chebyshev polynomials T_i(x): those of odd index, or all.
enum class Along { odd, all };

// Coefficients a(i, j) of T_{2i+1}(x) T_j(p), or of T_i(x) T_j(p), (rows, columns), from values on first-kind points.
struct ChebyshevTable {
    int rows, columns;
    std::vector<double> a;
};

template <class Function>
ChebyshevTable chebyshev_table(const Function& f, Along along, int rows, int columns) {
    const int n = along == Along::odd ? 2 * rows : rows;  // points in x; by oddness the half with x > 0 is enough
    std::vector<double> values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    const auto at = [columns](int i, int j) {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(j);
    };
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j)
            values[at(i, j)] = f(std::cos(pi * (i + 0.5) / n), std::cos(pi * (j + 0.5) / columns));
    std::vector<double> along_x(values.size(), 0.0), both(values.size(), 0.0);
    for (int r = 0; r < rows; ++r)
        for (int i = 0; i < rows; ++i) {
            const double factor = along == Along::odd ? 4.0 / n * std::cos(pi * (2 * r + 1) * (i + 0.5) / n)
                                                      : (r == 0 ? 1.0 : 2.0) / n * std::cos(pi * r * (i + 0.5) / n);
            for (int j = 0; j < columns; ++j) along_x[at(r, j)] += factor * values[at(i, j)];
        }
    for (int q = 0; q < columns; ++q)
        for (int j = 0; j < columns; ++j) {
            const double factor = (q == 0 ? 1.0 : 2.0) / columns * std::cos(pi * q * (j + 0.5) / columns);
            for (int r = 0; r < rows; ++r) both[at(r, q)] += factor * along_x[at(r, j)];
        }
    return {rows, columns, both};
}

// Coefficients below the returned size may go: together they weigh no more than `error`.
double smallest_kept(const ChebyshevTable& table, double error) {
    std::vector<double> sizes;
    for (const double a : table.a) sizes.push_back(std::fabs(a));
    std::sort(sizes.begin(), sizes.end());
    double sum = 0.0;
    for (const double size : sizes) {
        sum += size;
        if (sum > error) return size;
    }
    return sizes.back();
}

// Number of columns of a row up to its last coefficient that is kept.
int used_columns(const ChebyshevTable& table, int row, double kept) {
    int used = table.columns;
    while (used > 0 && std::fabs(table.a[static_cast<std::size_t>(row) * static_cast<std::size_t>(table.columns) +
                                         static_cast<std::size_t>(used) - 1]) < kept)
        --used;
    return used;
}

// The row as powers, up to its last coefficient that is kept.
SplitPowers row_powers(const ChebyshevTable& table, int row, double kept) {
    const int used = used_columns(table, row, kept);
    if (used == 0) return {{0.0}, {0.0}};
    const auto first = table.a.begin() + row * table.columns;
    return split_by_parity({first, first + used});
}

// False if the capacity does not suffice.
template <class Function>
bool fit_rows(const Function& f, Along along, double error, ChebyshevRows& fit, std::vector<double>& coefficients) {
    constexpr int most_columns = 2 * ParitySplitPolynomial::capacity;
    int rows = along == Along::odd ? 16 : 48, columns = 32;
    for (;;) {
        const ChebyshevTable table = chebyshev_table(f, along, rows, columns);
        const double kept = smallest_kept(table, 0.25 * error);
        int used_rows = 0, widest = 0;
        for (int r = 0; r < rows; ++r) {
            const int used = used_columns(table, r, kept);
            if (used > 0) used_rows = r + 1;
            widest = std::max(widest, used);
        }
        if (used_rows > ChebyshevRows::capacity) return false;
        // what is kept must end well inside the grid, or aliasing is not excluded
        const bool rows_resolved = used_rows <= rows * 3 / 4, columns_resolved = widest <= columns * 3 / 4;
        if (rows_resolved && columns_resolved) {
            fit = {};
            coefficients.clear();
            fit.row_pairs = (used_rows + 1) / 2;
            for (int j = 0; j < fit.row_pairs; ++j) {
                const SplitPowers one = row_powers(table, 2 * j, kept), other = row_powers(table, 2 * j + 1, kept);
                const std::size_t terms = std::max(one.even.size(), other.even.size());
                fit.terms[j] = static_cast<int>(terms);
                const auto at = [](const std::vector<double>& powers, std::size_t i) {
                    return i < powers.size() ? powers[i] : 0.0;
                };
                for (std::size_t i = 0; i < terms; ++i)
                    coefficients.insert(coefficients.end(),
                                        {at(one.even, i), at(one.odd, i), at(other.even, i), at(other.odd, i)});
            }
            fit.coefficients = coefficients.data();
            fit.size = static_cast<int>(coefficients.size());
            return true;
        }
        if (!rows_resolved) rows = rows * 3 / 2;
        if (!columns_resolved) columns = columns * 3 / 2;
        if (rows > 2 * ChebyshevRows::capacity || columns > 2 * most_columns) return false;
    }
}

void require_fitted(bool fitted, double radius, double error) {
    if (!fitted)
        throw std::runtime_error("the gap of trainable weights cannot be fitted to " + short_text(error) +
                                 " at radius " + short_text(radius));
}

void fit_gap(double radius, double range, double bend, double error, ComponentGapFit& fit,
             std::vector<double>& coefficients) {
    fit.largest = range;
    fit.a2 = bend * bend;
    fit.scale = std::sqrt(range * range + bend * bend) / range;
    const auto gap = [&](double x, double p) {
        const double t = x / fit.scale;  // lambda / sqrt(lambda^2 + a^2)
        return gap_by_trapezoid(radius, bend * t / std::sqrt(1.0 - t * t), 0.5 * (p + 1.0) * (p + 1.0));
    };
    require_fitted(fit_rows(gap, Along::odd, error, fit.rows, coefficients), radius, error);
}

void fit_far_gap(double radius, FarGapFit& fit, std::vector<double>& coefficients) {
    fit.largest_s = std::max(2.0 * radius, FarGapFit::least_s + 0.1);
    const auto log_s = [&](double x, double p) {
        const double s = FarGapFit::least_s + 0.5 * (p + 1.0) * (fit.largest_s - FarGapFit::least_s), k = 0.5 * s * s;
        const double reach = s * (s + FarGapFit::above + FarGapFit::below);
        return log_shortfall(FarGapFit::above * s - k - 0.5 * (1.0 - x) * reach, k);
    };
    require_fitted(fit_rows(log_s, Along::all, far_gap_error, fit.rows, coefficients), radius, far_gap_error);
}

}  // namespace

void build_weight_expectations(double radius, double target_weight, GapRange range, double error,
                               WeightExpectations& result) {
    result.log_target =
        fit_polynomial([&](double m) { return reference_log_target(radius, target_weight, m); }, error).polynomial;
    result.gap.radius = radius;
    result.gap.radius_squared = radius * radius;
    const double inner = inner_range(radius);
    fit_gap(radius, inner, inner_bend(inner), error, result.gap.inner, result.inner_coefficients);
    fit_gap(radius, outer_range, outer_bend, error, result.gap.outer, result.outer_coefficients);
    if (range == GapRange::any) fit_far_gap(radius, result.gap.far, result.far_coefficients);
}

}  // namespace modecollapse
