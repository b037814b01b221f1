#include "host/fixed_points/weight_traps.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/fixed_points/fixed_point.hpp"

namespace modecollapse {
namespace {

constexpr int points = 13;  // along each of the three coordinates of a face

// Smallest value on a grid of points^3, against the largest difference between neighbours.
template <class Function>
bool is_positive_between(const Function& f) {
    std::vector<double> values(points * points * points);
    double smallest = 1e300, largest_jump = 0.0;
    for (int i = 0; i < points; ++i)
        for (int j = 0; j < points; ++j)
            for (int k = 0; k < points; ++k) {
                const auto at = [&](int a, int b, int c) -> double& {
                    return values[(static_cast<std::size_t>(a) * points + static_cast<std::size_t>(b)) * points +
                                  static_cast<std::size_t>(c)];
                };
                const double value = f(i / (points - 1.0), j / (points - 1.0), k / (points - 1.0));
                at(i, j, k) = value;
                smallest = std::min(smallest, value);
                if (i > 0) largest_jump = std::max(largest_jump, std::fabs(value - at(i - 1, j, k)));
                if (j > 0) largest_jump = std::max(largest_jump, std::fabs(value - at(i, j - 1, k)));
                if (k > 0) largest_jump = std::max(largest_jump, std::fabs(value - at(i, j, k - 1)));
            }
    return smallest > 0.5 * largest_jump;
}

double between(double low, double high, double fraction) { return low + (high - low) * fraction; }

State state_at(double m1, double m2, double overlap_fraction, double weight) {
    const OverlapRange<double> range = admissible_overlap(m1, m2);
    return {m1, m2, between(range.u_min, range.u_max, overlap_fraction), weight};
}

}  // namespace

bool weight_box_is_invariant(const GradientFlow& flow, double beta, const TrappingBox& box) {
    const auto m1_at = [&](double fraction) { return box.sign1 * between(box.corner1, 1.0, fraction); };
    const auto m2_at = [&](double fraction) { return box.sign2 * between(box.corner2, 1.0, fraction); };
    const auto weight_at = [&](double fraction) { return between(box.weight_low, box.weight_high, fraction); };
    // divided by the weight, which only scales the velocity of its component but would make neighbouring samples differ
    // much
    const auto face1 = [&](double b, double u, double w) {
        const double weight = weights_of(flow.geometry, weight_at(w)).first;
        return box.sign1 * flow.general(state_at(m1_at(0.0), m2_at(b), u, weight_at(w)), beta).m1 / weight;
    };
    const auto face2 = [&](double a, double u, double w) {
        const double weight = weights_of(flow.geometry, weight_at(w)).second;
        return box.sign2 * flow.general(state_at(m1_at(a), m2_at(0.0), u, weight_at(w)), beta).m2 / weight;
    };
    const auto lower = [&](double a, double b, double u) {
        return flow.general(state_at(m1_at(a), m2_at(b), u, box.weight_low), beta).weight;
    };
    const auto upper = [&](double a, double b, double u) {
        return -flow.general(state_at(m1_at(a), m2_at(b), u, box.weight_high), beta).weight;
    };
    return is_positive_between(face1) && is_positive_between(face2) && is_positive_between(lower) &&
           is_positive_between(upper);
}

TrappingSet build_weight_traps(const GradientFlow& flow, double beta, const OutcomeRule& rule) {
    TrappingSet traps = {};
    const double floor = std::max(rule.weight_floor, 1e-3) * (1.0 + 1e-9);
    const double low = weight_coordinate(flow.geometry, floor), high = weight_coordinate(flow.geometry, 1.0 - floor);
    for (const double sign : {1.0, -1.0})
        for (double corner = rule.alignment_threshold + 1e-9;
             corner<0.99; corner += 0.5 * (1.0 - corner)> 0.05 ? 0.05 : 0.01) {
            TrappingBox box = {sign, -sign, corner, corner, sign > 0.0 ? Outcome::matched : Outcome::swapped,
                               low,  high};
            if (!weight_box_is_invariant(flow, beta, box)) continue;
            traps.boxes[traps.box_count++] = box;
            break;
        }
    return traps;
}

}  // namespace modecollapse
