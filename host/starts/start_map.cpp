#include "host/starts/start_map.hpp"

#include <cmath>

namespace modecollapse {
namespace {

// x(v) for v = (word + 1/2) / 2^64, from the nearer tail, so that both ends have all their digits.
double coordinate(const CoordinateQuantile& law, std::uint64_t word) {
    const bool upper = (word >> 63) != 0;
    const double tail = (static_cast<double>(upper ? ~word : word) + 0.5) * 0x1p-64;
    return upper ? law.of_tail(tail) : -law.of_tail(tail);
}

double coordinate(const CoordinateQuantile& law, double z) { return std::copysign(law.of_deviate(std::fabs(z)), z); }

// The third overlap of three directions, from two of them and the share t of the part across.
double third_overlap(double first, double second, double t) {
    const double across = sqrt((1.0 - first) * (1.0 + first)) * sqrt((1.0 - second) * (1.0 + second));
    return fma(first, second, across * t);
}

}  // namespace

OrderParameters<double> StartMap::from_cube(const SobolWords& words) const {
    const double t = coordinate(across_, words[0]), m1 = coordinate(in_space_, words[1]),
                 m2 = coordinate(in_space_, words[2]);
    return {m1, m2, 1.0 - third_overlap(m1, m2, t), start_weight_};
}

OrderParameters<double> StartMap::from_normals(const std::array<double, 3>& z) const {
    const double s = coordinate(in_space_, z[0]), m1 = coordinate(in_space_, z[1]), t = coordinate(across_, z[2]);
    return {m1, third_overlap(s, m1, t), 1.0 - s, start_weight_};
}

}  // namespace modecollapse
