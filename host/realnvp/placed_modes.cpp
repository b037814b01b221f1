#include "host/realnvp/placed_modes.hpp"

#include <algorithm>
#include <cmath>

#include "host/components/checks.hpp"
#include "host/components/nodes.hpp"
#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/target/mode_coverage.hpp"

namespace modecollapse {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double lost_in_rounding = 1e-12;  // of a length, in a direction that others span

double product(const double* a, const double* b, std::size_t n) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
}

double axis_of_all(std::size_t a, std::size_t i, double d) {
    if (a == 0) return 1.0 / std::sqrt(d);
    return std::sqrt(2.0 / d) * std::cos(pi * static_cast<double>(a) * (static_cast<double>(i) + 0.5) / d);
}

// An orthonormal basis of the span of rows, (r, d): Gram and Schmidt, every direction twice.
std::vector<double> basis_of(const ModePoints& rows) {
    std::vector<double> axes;
    for (const std::vector<double>& row : rows) {
        const std::size_t d = row.size();
        const double length = std::sqrt(product(row.data(), row.data(), d));
        std::vector<double> rest = row;
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t a = 0; a < axes.size(); a += d) {
                const double along = product(axes.data() + a, rest.data(), d);
                for (std::size_t i = 0; i < d; ++i) rest[i] -= along * axes[a + i];
            }
        const double left = std::sqrt(product(rest.data(), rest.data(), d));
        if (!(left > lost_in_rounding * length)) continue;
        for (const double x : rest) axes.push_back(x / left);
    }
    return axes;
}

// Mass of the places that are nearest to each mode, by fixed normal nodes about every mode and about its mirror image.
std::vector<double> masses_of_cells(const TargetModes& target, const std::vector<double>& weights) {
    const std::size_t n = weights.size(), span = static_cast<std::size_t>(target.span);
    if (n == 1) return {1.0};
    constexpr int count = 1 << 13;
    const std::vector<double> nodes = components::normal_nodes(count, target.span);
    std::vector<double> mass(n, 0.0), along(n), gram(n * n);
    for (std::size_t j = 0; j < n; ++j)
        for (std::size_t k = 0; k < n; ++k)
            gram[j * n + k] = product(target.mode + j * span, target.mode + k * span, span) - target.half_square[k];
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < n; ++k) along[k] = product(target.mode + k * span, nodes.data() + i * span, span);
        for (const double sign : {1.0, -1.0})
            for (std::size_t j = 0; j < n; ++j) {
                std::size_t nearest = 0;
                for (std::size_t k = 1; k < n; ++k)
                    if (gram[j * n + k] + sign * along[k] > gram[j * n + nearest] + sign * along[nearest]) nearest = k;
                mass[nearest] += weights[j] / (2.0 * count);
            }
    }
    return mass;
}

}  // namespace

ModePoints placed_in(const ModePoints& rows, std::uint32_t dimension, ModeAxes axes) {
    const std::size_t columns = rows.front().size(), d = dimension;
    if (columns > d) {  // a simplex of d + 1 modes spans d dimensions
        const components::ModeGeometry g = components::geometry_of(rows);
        components::check_modes(rows, static_cast<double>(d));
        const auto span = static_cast<std::ptrdiff_t>(g.span);
        ModePoints fewer;
        for (auto at = g.mode.begin(); at != g.mode.end(); at += span) fewer.emplace_back(at, at + span);
        return placed_in(fewer, dimension, ModeAxes::of_all);
    }
    if (axes == ModeAxes::as_given && columns == d) return rows;
    ModePoints placed(rows.size(), std::vector<double>(d, 0.0));
    for (std::size_t a = 0; a < columns; ++a)
        for (std::size_t i = 0; i < d; ++i) {
            const double axis = axis_of_all(a, i, static_cast<double>(d));
            for (std::size_t k = 0; k < rows.size(); ++k) placed[k][i] += rows[k][a] * axis;
        }
    return placed;
}

PlacedModes::PlacedModes(ModePoints modes, std::vector<double> weights)
    : modes_(std::move(modes)), weights_(std::move(weights)) {
    const std::size_t n = weights_.size(), d = modes_.front().size();
    components::check_modes(modes_, static_cast<double>(d));
    require(modes_.size() == n, "target-weight: " + std::to_string(n) + " numbers", std::to_string(modes_.size()));
    axis_ = basis_of(modes_);
    const std::size_t span = axis_.size() / d;
    span_ = static_cast<int>(span);
    for (const std::vector<double>& mode : modes_) {
        for (std::size_t a = 0; a < span; ++a) mode_.push_back(product(axis_.data() + a * d, mode.data(), d));
        half_square_.push_back(0.5 * product(mode.data(), mode.data(), d));
    }
    for (const double weight : weights_) log_weight_.push_back(std::log(weight));
    cell_mass_ = masses_of_cells(target(), weights_);
}

TargetModes PlacedModes::target() const {
    return {static_cast<int>(weights_.size()),
            span_,
            axis_.data(),
            mode_.data(),
            half_square_.data(),
            log_weight_.data(),
            cell_mass_.data()};
}

double PlacedModes::variance() const {
    const std::size_t d = modes_.front().size();
    std::vector<double> mean(d, 0.0);
    double squares = 0.0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
        squares += weights_[k] * 2.0 * half_square_[k];
        for (std::size_t i = 0; i < d; ++i) mean[i] += weights_[k] * modes_[k][i];
    }
    return span_ + squares - product(mean.data(), mean.data(), d);
}

double PlacedModes::entropic_coverage() const {
    double entropy = 0.0;
    for (const double weight : weights_) entropy += mode_entropy_of(weight);
    return entropic_coverage_of(entropy, static_cast<int>(weights_.size()));
}

bool PlacedModes::operator==(const PlacedModes& other) const {
    return modes_ == other.modes_ && weights_ == other.weights_;
}

}  // namespace modecollapse
