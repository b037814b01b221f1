#include "host/fixed_points/trapping_regions.hpp"

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

// Inward component of the field on the face s_i m_i = corner, at the other mean's alignment and overlap u.
double inward_rate(const GradientFlow& flow, double beta, int face, double sign, double corner, double other, double u) {
    const double m = sign * corner;
    const State rate = flow(face == 0 ? State{m, other, u, 0.0} : State{other, m, u, 0.0}, beta);
    return sign * (face == 0 ? rate.m1 : rate.m2);
}

bool face_points_inward(const GradientFlow& flow, double beta, int face, double sign, double corner, double other_sign,
                        double other_corner) {
    constexpr int points = 33;
    double previous_row[points];
    double smallest = 1e300, largest_jump = 0.0;
    for (int i = 0; i < points; ++i) {
        const double other = other_sign * (other_corner + (1.0 - other_corner) * i / (points - 1));
        const OverlapRange<double> range = admissible_overlap(sign * corner, other);
        double left = 0.0;
        for (int j = 0; j < points; ++j) {
            const double u = range.u_min + (range.u_max - range.u_min) * j / (points - 1);
            const double rate = inward_rate(flow, beta, face, sign, corner, other, u);
            smallest = std::min(smallest, rate);
            if (j > 0) largest_jump = std::max(largest_jump, std::fabs(rate - left));
            if (i > 0) largest_jump = std::max(largest_jump, std::fabs(rate - previous_row[j]));
            left = previous_row[j] = rate;
        }
    }
    return smallest > 0.5 * largest_jump;
}

// Starts spread over the admissible states: a grid in (m1, m2), three overlaps each.
std::vector<State> probe_states() {
    std::vector<State> probes;
    for (const double m1 : {-0.95, -0.4, 0.02, 0.4, 0.95})
        for (const double m2 : {-0.95, -0.4, -0.01, 0.4, 0.95}) {
            const OverlapRange<double> range = admissible_overlap(m1, m2);
            for (const double fraction : {0.1, 0.5, 0.9})
                probes.push_back({m1, m2, range.u_min + fraction * (range.u_max - range.u_min), 0.0});
        }
    return probes;
}

bool close(const State& a, const State& b, double distance) {
    return std::fabs(a.m1 - b.m1) < distance && std::fabs(a.m2 - b.m2) < distance && std::fabs(a.u - b.u) < distance;
}

// Follows each probe until `held` says so or it settles on a stable fixed point; calls `settled` with the point.
template <class Held, class Settled>
void follow_probes(const GradientFlow& flow, double beta, const Held& held, const Settled& settled) {
    for (State y : probe_states()) {
        double time = 0.0;
        for (double span = 20.0; time < 3000.0 && !held(y); span *= 1.5) {
            y = evolve(flow, beta, y, span);
            time += span;
            const auto point = find_fixed_point(flow, beta, y);
            if (point && point->stable && close(point->state, y, 0.05)) {
                settled(*point);
                break;
            }
        }
    }
}

}  // namespace

bool box_is_invariant(const GradientFlow& flow, double beta, double sign1, double sign2, double corner1, double corner2) {
    return face_points_inward(flow, beta, 0, sign1, corner1, sign2, corner2) &&
           face_points_inward(flow, beta, 1, sign2, corner2, sign1, corner1);
}

TrappingEllipsoid ellipsoid_around(const GradientFlow& flow, double beta, const FixedPoint& point, const OutcomeRule& rule,
                                   double weight1) {
    TrappingEllipsoid result = {};
    const Eigen::Vector3d centre(point.state.m1, point.state.m2, point.state.u);
    const Eigen::Matrix3d rows = point.eigenvectors.inverse();
    if (!rows.allFinite()) return result;
    result.outcome = rule(point.state, weight1);
    for (int i = 0; i < 3; ++i) {
        result.centre[i] = centre[i];
        for (int j = 0; j < 3; ++j) result.rows[i][j] = rows(i, j);
    }
    constexpr int directions = 400;
    constexpr double golden_angle = 2.39996322972865332;
    double radius = 1e-3;
    for (double next = 1e-3; next < 2.0; next *= 1.1) {
        for (int i = 0; i < directions; ++i) {
            const double height = 1.0 - (2.0 * i + 1.0) / directions;
            const double ring = std::sqrt(1.0 - height * height);
            const Eigen::Vector3d z = next * Eigen::Vector3d(ring * std::cos(golden_angle * i), ring * std::sin(golden_angle * i), height);
            const Eigen::Vector3d y = centre + point.eigenvectors * z;
            if (std::fabs(y[0]) > 1.0 || std::fabs(y[1]) > 1.0) continue;
            const OverlapRange<double> range = admissible_overlap(y[0], y[1]);
            if (y[2] < range.u_min || y[2] > range.u_max) continue;  // no trajectory comes here
            const State rate = flow(State{y[0], y[1], y[2], 0.0}, beta);
            if (z.dot(rows * Eigen::Vector3d(rate.m1, rate.m2, rate.u)) >= 0.0) {
                if (next <= 1e-3) return result;
                result.level = 0.49 * radius * radius;  // 0.7 of the radius: room for directions between the samples
                return result;
            }
        }
        radius = next;
    }
    result.level = 0.49 * radius * radius;
    return result;
}

std::vector<FixedPoint> stable_fixed_points(const GradientFlow& flow, double beta) {
    std::vector<FixedPoint> points;
    const auto known = [&](const State& y) {
        return std::any_of(points.begin(), points.end(), [&](const FixedPoint& p) { return close(p.state, y, 1e-3); });
    };
    follow_probes(flow, beta, known, [&](const FixedPoint& point) {
        if (!known(point.state)) points.push_back(point);
    });
    return points;
}

TrappingSet build_trapping_set(const GradientFlow& flow, double beta, const OutcomeRule& rule) {
    TrappingSet traps = {};
    // Corners beyond theta, so that every state of the box, and whatever it settles on, has the class of its corner.
    for (const double sign1 : {1.0, -1.0})
        for (const double sign2 : {1.0, -1.0})
            for (double corner = rule.alignment_threshold + 1e-9; corner < 0.96; corner += 0.05)
                if (box_is_invariant(flow, beta, sign1, sign2, corner, corner)) {
                    const Outcome outcome = rule({sign1 * corner, sign2 * corner, 1.0, 0.0}, flow.weight1);
                    traps.boxes[traps.box_count++] = {sign1, sign2, corner, corner, outcome};
                    break;
                }
    const auto held = [&](const State& y) { return traps(y) != TrappingSet::none; };
    follow_probes(flow, beta, held, [&](const FixedPoint& point) {
        if (held(point.state) || traps.ellipsoid_count == TrappingSet::capacity) return;
        const TrappingEllipsoid ellipsoid = ellipsoid_around(flow, beta, point, rule, flow.weight1);
        if (ellipsoid.level > 0.0) traps.ellipsoids[traps.ellipsoid_count++] = ellipsoid;
    });
    return traps;
}

}  // namespace modecollapse
