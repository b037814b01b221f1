#include "host/fixed_points/trapping_regions.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace modecollapse {
namespace {

// Inward component of the field on the face s_i m_i = corner, at the other mean's alignment and overlap u.
double inward_rate(const GradientFlow& flow, double beta, int face, double sign, double corner, double other,
                   double u) {
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

// Calls `settled` with every stable fixed point met, more than once perhaps: the two antipodal states, which always are
// fixed points, and where Newton's iteration leads from states along the probe trajectories. A probe is followed until
// `held` says so, or it is close to its point, or Newton's iteration has led to the same point from three states in a
// row.
template <class Held, class Settled>
void follow_probes(const GradientFlow& flow, double beta, const Held& held, const Settled& settled) {
    for (const double sign : {1.0, -1.0}) {
        const auto antipodal = find_fixed_point(flow, beta, {sign, -sign, 2.0, 0.0});
        if (antipodal && antipodal->stable) settled(*antipodal);
    }
    const double slowness =
        std::clamp(0.05 / std::min(flow.weight1, flow.weight2), 1.0, 10.0);  // a light component moves slowly
    struct Probe {
        State y, target = {};
        int agreed = 0;
    };
    std::vector<Probe> probes;
    for (const State& y : probe_states()) probes.push_back({y});
    double time = 0.0;
    for (double span = 20.0; time < 3000.0 * slowness; span *= 1.5) {  // all that are left, side by side
        const auto done = [&](const Probe& probe) { return probe.agreed == 3 || held(probe.y); };
        probes.erase(std::remove_if(probes.begin(), probes.end(), done), probes.end());
        if (probes.empty()) return;
        std::vector<State> states;
        for (const Probe& probe : probes) states.push_back(probe.y);
        states = evolve(flow, beta, states, span);
        time += span;
        for (std::size_t i = 0; i < probes.size(); ++i) {
            Probe& probe = probes[i];
            probe.y = states[i];
            if (held(probe.y)) continue;
            const auto point = find_fixed_point(flow, beta, probe.y);
            if (!point || !point->stable) continue;
            settled(*point);
            probe.agreed = close(point->state, probe.y, 0.05)        ? 3
                           : close(point->state, probe.target, 1e-6) ? probe.agreed + 1
                                                                     : 1;
            probe.target = point->state;
        }
    }
}

// How fast the squared distance from a fixed point changes, in the eigenbasis of its Jacobian: z = rows (y - centre).
class DistanceGrowth {
public:
    DistanceGrowth(const GradientFlow& flow, double beta, const FixedPoint& point)
        : flow_(flow),
          beta_(beta),
          centre_(point.state.m1, point.state.m2, point.state.u),
          basis_(point.eigenvectors),
          rows_(point.eigenvectors.inverse()) {}

    const Eigen::Matrix3d& rows() const { return rows_; }

    // At the admissible state next to centre + basis z (the edge of the admissible set, where d = 2 lives, is met often
    // that way): d log |z| / dt and |z| there.
    struct Sample {
        double rate;
        double distance;
    };
    Sample operator()(const Eigen::Vector3d& z) const {
        const Eigen::Vector3d wanted = centre_ + basis_ * z;
        const State y = projected(State{wanted[0], wanted[1], wanted[2], 0.0});
        const Eigen::Vector3d offset = rows_ * (Eigen::Vector3d(y.m1, y.m2, y.u) - centre_);
        const double distance = offset.norm();
        if (distance < 0.5 * z.norm()) return {-1e300, distance};  // direction out of the admissible set
        const State rate = flow_(y, beta_);
        return {offset.dot(rows_ * Eigen::Vector3d(rate.m1, rate.m2, rate.u)) / (distance * distance), distance};
    }

    // Largest rate near `direction` (a unit vector, moved there) at the distance `radius`: compass search on the
    // sphere.
    Sample climb(Eigen::Vector3d& direction, double radius) const {
        Sample best = (*this)(radius * direction);
        for (double angle = 0.2; angle > 1e-3;) {
            const Eigen::Vector3d across = direction.unitOrthogonal(), along = direction.cross(across);
            bool moved = false;
            for (const Eigen::Vector3d& tangent : {across, Eigen::Vector3d(-across), along, Eigen::Vector3d(-along)}) {
                const Eigen::Vector3d candidate = (direction + angle * tangent).normalized();
                const Sample sample = (*this)(radius * candidate);
                if (sample.rate <= best.rate) continue;
                best = sample;
                direction = candidate;
                moved = true;
                break;
            }
            if (!moved) angle *= 0.5;
        }
        return best;
    }

private:
    const GradientFlow& flow_;
    double beta_;
    Eigen::Vector3d centre_;
    Eigen::Matrix3d basis_, rows_;
};

}  // namespace

bool box_is_invariant(const GradientFlow& flow, double beta, double sign1, double sign2, double corner1,
                      double corner2) {
    return face_points_inward(flow, beta, 0, sign1, corner1, sign2, corner2) &&
           face_points_inward(flow, beta, 1, sign2, corner2, sign1, corner1);
}

TrappingEllipsoid ellipsoid_around(const GradientFlow& flow, double beta, const FixedPoint& point,
                                   const OutcomeRule& rule, double weight1) {
    TrappingEllipsoid result = {};
    const DistanceGrowth growth(flow, beta, point);
    if (!growth.rows().allFinite()) return result;
    result.outcome = rule(point.state, weight1);
    const double centre[] = {point.state.m1, point.state.m2, point.state.u};
    for (int i = 0; i < 3; ++i) {
        result.centre[i] = centre[i];
        for (int j = 0; j < 3; ++j) result.rows[i][j] = growth.rows()(i, j);
    }
    constexpr int directions = 400;
    constexpr double golden_angle = 2.39996322972865332;
    constexpr double smallest = 1e-3, largest = 0.5;
    // A saddle is met along the slow manifold, a ridge of the rate that is narrow against the spacing of the directions
    // if the eigenvalues differ much. It leaves the centre along the slowest eigenvector: follow it outward on both
    // sides, and the worst direction besides.
    Eigen::Vector3d ridges[] = {Eigen::Vector3d::UnitX(), -Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitX()};
    const double required =
        0.5 * point.eigenvalues[0];  // at the centre the rate is at most eigenvalues[0] < 0; at a saddle it is 0
    double radius = 0.0;
    for (double next = smallest; next < largest; next *= 1.1) {
        DistanceGrowth::Sample worst = {-1e300, next};
        const auto consider = [&](const DistanceGrowth::Sample& sample) {
            if (sample.rate > worst.rate) worst = sample;
        };
        for (int i = 0; i < directions; ++i) {
            const double height = 1.0 - (2.0 * i + 1.0) / directions;
            const double ring = std::sqrt(1.0 - height * height);
            const Eigen::Vector3d direction(ring * std::cos(golden_angle * i), ring * std::sin(golden_angle * i),
                                            height);
            const DistanceGrowth::Sample sample = growth(next * direction);
            if (sample.rate > worst.rate) ridges[2] = direction;
            consider(sample);
        }
        for (Eigen::Vector3d& ridge : ridges) consider(growth.climb(ridge, next));
        if (worst.rate > required) {
            radius = std::min(radius, worst.distance);
            break;
        }
        radius = next;
    }
    result.level = 0.49 * radius * radius;  // 0.7 of the radius: room for what lies between the samples
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
