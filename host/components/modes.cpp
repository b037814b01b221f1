#include "host/components/modes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "modecollapse/components/state.hpp"
#include "modecollapse/numbers/require.hpp"
#include "modecollapse/numbers/semidefinite_root.hpp"

namespace modecollapse::components {
namespace {

using Matrix = std::vector<std::vector<double>>;
constexpr double turn = 6.283185307179586476925;

// K* unit vectors e_k less a share of their mean make a simplex.
Matrix simplex(int count, double radius) {
    require(count >= 2, "modes = " + std::to_string(count) + " with layout = simplex", "2 to 64");
    const double n = count, scale = radius * std::sqrt(n / (n - 1.0));
    Matrix rows(static_cast<std::size_t>(count), std::vector<double>(static_cast<std::size_t>(count), -scale / n));
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k][k] += scale;
    return rows;
}

Matrix grid(int count, double spacing) {
    const int side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(count))));
    require(side * side == count, "modes = " + std::to_string(count) + " with layout = grid",
            "a square number: 1, 4, 9, ..., 64");
    Matrix rows;
    const double middle = 0.5 * (side - 1);
    for (int a = 0; a < side; ++a)
        for (int b = 0; b < side; ++b) rows.push_back({spacing * (a - middle), spacing * (b - middle)});
    return rows;
}

// Lower factor of a product matrix without its columns of zeros: (n, rank).
std::vector<double> coordinates_of_products(std::vector<double> products, int n, int& rank) {
    Rows<double> rows = {products.data(), n};
    semidefinite_root<double>(rows, n);
    std::vector<int> kept;
    for (int c = 0; c < n; ++c)
        if (rows[c][c] > 0.0) kept.push_back(c);
    rank = static_cast<int>(kept.size());
    std::vector<double> result;
    for (int k = 0; k < n; ++k)
        for (const int c : kept) result.push_back(c <= k ? rows[k][c] : 0.0);
    return result;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c];
    return sum;
}

std::vector<double> minus(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> result(a.size());
    for (std::size_t c = 0; c < a.size(); ++c) result[c] = a[c] - b[c];
    return result;
}

std::vector<double> products_of(const Matrix& rows) {
    std::vector<double> products;
    for (const auto& a : rows)
        for (const auto& b : rows) products.push_back(product(a, b));
    return products;
}

}  // namespace

Matrix coordinates_of(const Modes& modes) {
    const int count = modes.count;
    require(count >= 1 && count <= most_components, "modes = " + std::to_string(count), "1 to 64");
    const auto size = static_cast<std::size_t>(count);
    Matrix rows;
    switch (modes.layout) {
        case Layout::antipodal:
            require(count == 2, "modes = " + std::to_string(count) + " with layout = antipodal", "2");
            return {{modes.radius}, {-modes.radius}};
        case Layout::simplex:
            return simplex(count, modes.radius);
        case Layout::orthogonal:
            rows.assign(size, std::vector<double>(size, 0.0));
            for (std::size_t k = 0; k < size; ++k) rows[k][k] = modes.radius;
            return rows;
        case Layout::line:
            for (int k = 0; k < count; ++k) rows.push_back({modes.centre + modes.spacing * (k - 0.5 * (count - 1))});
            return rows;
        case Layout::ring:
            for (int k = 0; k < count; ++k)
                rows.push_back({modes.radius * std::cos(turn * k / count), modes.radius * std::sin(turn * k / count)});
            return rows;
        case Layout::grid:
            return grid(count, modes.spacing);
        case Layout::file:
            break;
    }
    return rows;
}

ModeGeometry geometry_of(const Matrix& coordinates) {
    ModeGeometry g;
    g.count = static_cast<int>(coordinates.size());
    g.gram = products_of(coordinates);
    g.mode = coordinates_of_products(g.gram, g.count, g.span);
    Matrix differences;
    for (const auto& row : coordinates) differences.push_back(minus(row, coordinates.front()));
    g.difference = coordinates_of_products(products_of(differences), g.count, g.rank);
    for (std::size_t k = 0; k < coordinates.size(); ++k) {
        double nearest2 = std::numeric_limits<double>::infinity();
        for (std::size_t l = 0; l < coordinates.size(); ++l) {
            const std::vector<double> step = minus(coordinates[k], coordinates[l]);
            if (l != k) nearest2 = std::min(nearest2, product(step, step));
        }
        const double norm = std::sqrt(product(coordinates[k], coordinates[k]));
        g.gap.push_back(coordinates.size() > 1 ? std::sqrt(nearest2) : norm > 0.0 ? norm : 1.0);
    }
    return g;
}

}  // namespace modecollapse::components
