#include "host/starts/coordinate_quantile.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

#include "host/starts/normal_quantile.hpp"
#include "modecollapse/numbers/constants.hpp"

namespace modecollapse {
namespace {

double upper_tail(double z) { return 0.5 * std::erfc(z * std::sqrt(0.5)); }

}  // namespace

double CoordinateQuantile::reference(double n, double z) {
    const boost::math::students_t_distribution<> student(n - 1.0);
    const double t = boost::math::quantile(boost::math::complement(student, upper_tail(z)));
    return t / std::sqrt(n - 1.0 + t * t);
}

CoordinateQuantile::CoordinateQuantile(double n, double largest_z) : n_(n), largest_z_(largest_z) {
    if (!(n >= 1.0) || !(largest_z > 0.0 && largest_z <= 37.0))
        throw std::domain_error("coordinate law: n = " + std::to_string(n) +
                                ", largest z = " + std::to_string(largest_z));
    if (n_ < 3.5) return;  // closed forms
    const int pieces = static_cast<int>(std::ceil(largest_z / width));
    Eigen::Matrix<double, nodes, nodes> powers;
    Eigen::Matrix<double, nodes, 1> local;
    for (int i = 0; i < nodes; ++i) local[i] = std::cos(pi * (i + 0.5) / nodes);
    for (int i = 0; i < nodes; ++i)
        for (int j = 0; j < nodes; ++j) powers(i, j) = std::pow(local[i], j);
    const Eigen::PartialPivLU<Eigen::Matrix<double, nodes, nodes>> solver(powers);
    for (int piece = 0; piece < pieces; ++piece) {
        Eigen::Matrix<double, nodes, 1> values;
        for (int i = 0; i < nodes; ++i) {
            const double z = width * (piece + 0.5 * (local[i] + 1.0));
            values[i] = reference(n, z) / z;
        }
        const Eigen::Matrix<double, nodes, 1> solution = solver.solve(values);
        std::array<double, nodes> series;
        std::copy(solution.data(), solution.data() + nodes, series.begin());
        pieces_.push_back(series);
    }
}

double CoordinateQuantile::of_deviate(double z) const {
    if (n_ < 3.5) return of_tail(upper_tail(z));
    const double inside = std::min(z, largest_z_);
    const auto piece = std::min(static_cast<std::size_t>(inside * (1.0 / width)), pieces_.size() - 1);
    const double local = fma(inside, 2.0 / width, -(2.0 * static_cast<double>(piece) + 1.0));
    const std::array<double, nodes>& series = pieces_[piece];
    double sum = series[nodes - 1];
    for (int i = nodes - 2; i >= 0; --i) sum = fma(sum, local, series[i]);
    return std::min(1.0, inside * sum);
}

double CoordinateQuantile::of_tail(double tail) const {
    if (n_ < 1.5) return 1.0;
    if (n_ < 2.5) return sine_cosine_of_turn(0.5 * tail).cosine;  // x = cos(angle), angle uniform on (0, pi)
    if (n_ < 3.5) return 1.0 - 2.0 * tail;
    return of_deviate(normal_upper_quantile(tail));
}

}  // namespace modecollapse
