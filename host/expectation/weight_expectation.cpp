#include "host/expectation/weight_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "host/expectation/fast_expectation.hpp"
#include "host/expectation/reference_expectation.hpp"

namespace modecollapse {
namespace {

constexpr double pi = 3.14159265358979323846;
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

// Coefficients a(i, j) of T_{2i+1}(x) T_j(p), (rows, columns), from values on first-kind points.
struct ChebyshevTable {
    int rows, columns;
    std::vector<double> a;
};

ChebyshevTable gap_table(double radius, double range, double bend, int rows, int columns) {
    const int n = 2 * rows;  // points in x; by oddness the half with x > 0 is enough
    std::vector<double> values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    const auto at = [columns](int i, int j) {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(j);
    };
    const double scale = std::sqrt(range * range + bend * bend) / range;
    for (int i = 0; i < rows; ++i) {
        const double t = std::cos(pi * (i + 0.5) / n) / scale;  // lambda / sqrt(lambda^2 + a^2)
        const double lambda = bend * t / std::sqrt(1.0 - t * t);
        for (int j = 0; j < columns; ++j) {
            const double p = std::cos(pi * (j + 0.5) / columns);
            values[at(i, j)] = gap_by_trapezoid(radius, lambda, 0.5 * (p + 1.0) * (p + 1.0));
        }
    }
    std::vector<double> along_x(values.size(), 0.0), both(values.size(), 0.0);
    for (int r = 0; r < rows; ++r)
        for (int i = 0; i < rows; ++i) {
            const double factor = 4.0 / n * std::cos(pi * (2 * r + 1) * (i + 0.5) / n);
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

void fit_gap(double radius, double range, double bend, double error, ComponentGapFit& fit,
             std::vector<double>& coefficients) {
    constexpr int most_columns = 2 * ParitySplitPolynomial::capacity;
    int rows = 16, columns = 32;
    for (;;) {
        const ChebyshevTable table = gap_table(radius, range, bend, rows, columns);
        const double kept = smallest_kept(table, 0.25 * error);
        int used_rows = 0, widest = 0;
        for (int r = 0; r < rows; ++r) {
            const int used = used_columns(table, r, kept);
            if (used > 0) used_rows = r + 1;
            widest = std::max(widest, used);
        }
        if (used_rows > ComponentGapFit::capacity) break;
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
            fit.largest = range;
            fit.a2 = bend * bend;
            fit.scale = std::sqrt(range * range + bend * bend) / range;
            return;
        }
        if (!rows_resolved) rows = rows * 3 / 2;
        if (!columns_resolved) columns = columns * 3 / 2;
        if (rows > 2 * ComponentGapFit::capacity || columns > 2 * most_columns) break;
    }
    throw std::runtime_error("the gap of trainable weights cannot be fitted to " + std::to_string(error) +
                             " at radius " + std::to_string(radius));
}

}  // namespace

void build_weight_expectations(double radius, double target_weight, double error, WeightExpectations& result) {
    result.log_target =
        fit_polynomial([&](double m) { return reference_log_target(radius, target_weight, m); }, error).polynomial;
    result.gap.radius_squared = radius * radius;
    const double inner = inner_range(radius);
    fit_gap(radius, inner, inner_bend(inner), error, result.gap.inner, result.inner_coefficients);
    fit_gap(radius, outer_range, outer_bend, error, result.gap.outer, result.outer_coefficients);
}

}  // namespace modecollapse
