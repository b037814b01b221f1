#include "host/theory/angular_measure.hpp"

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

constexpr double turn = 6.283185307179586;
constexpr int parts = 3;    // a gap is cut into so many
constexpr int evenly = 24;  // scanned angles that are evenly spaced
constexpr double shift =
    // of their spacing, so that none lies on an axis of symmetry, which would be a separatrix or an invariant set
    0.131;

struct Sample {
    double angle;
    Outcome outcome;
};

double wrapped(double angle) { return angle - turn * std::floor(angle / turn); }

// Angle from samples[i] to the next one around the circle.
double gap_after(const std::vector<Sample>& samples, std::size_t i) {
    return i + 1 < samples.size() ? samples[i + 1].angle - samples[i].angle
                                  : samples[0].angle + turn - samples[i].angle;
}

Outcome outcome_after(const std::vector<Sample>& samples, std::size_t i) {
    return samples[(i + 1) % samples.size()].outcome;
}

void add_samples(std::vector<Sample>& samples, const OutcomesAt& outcomes_at, const std::vector<double>& angles) {
    const std::vector<Outcome> outcomes = outcomes_at(angles);
    for (std::size_t i = 0; i < angles.size(); ++i) samples.push_back({angles[i], outcomes[i]});
    std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.angle < b.angle; });
}

std::vector<Arc> arcs_between(const std::vector<Sample>& samples) {
    std::vector<Arc> arcs;
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (samples[i].outcome != outcome_after(samples, i))
            arcs.push_back({wrapped(samples[i].angle + 0.5 * gap_after(samples, i)), 0.0, outcome_after(samples, i)});
    if (arcs.empty()) return {{0.0, turn, samples[0].outcome}};
    std::sort(arcs.begin(), arcs.end(), [](const Arc& a, const Arc& b) { return a.begin < b.begin; });
    for (std::size_t i = 0; i + 1 < arcs.size(); ++i) arcs[i].end = arcs[i + 1].begin;
    arcs.back().end = arcs.front().begin + turn;
    return arcs;
}

}  // namespace

std::vector<double> scan_angles(double slow, double ratio) {
    constexpr int most = 40;
    std::vector<double> angles;
    for (int i = 0; i < evenly; ++i) angles.push_back(turn * (i + shift) / evenly);
    double offset = turn / 12.0;
    for (int i = 0; i < most && offset > 0.2 * ratio; ++i, offset *= 0.5)
        for (const double side : {-offset, offset})
            for (const double half : {0.0, 0.5 * turn}) angles.push_back(wrapped(slow + half + side));
    return angles;
}

AngularMeasure measure_angles(const OutcomesAt& outcomes_at, const std::vector<double>& scan,
                              const GapWidth& gap_width) {
    std::vector<Sample> samples;
    std::vector<double> angles = scan;
    for (double& angle : angles) angle = wrapped(angle);
    add_samples(samples, outcomes_at, angles);
    for (;;) {
        angles.clear();
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const double gap = gap_after(samples, i);
            if (samples[i].outcome == outcome_after(samples, i) ||
                gap <= gap_width(wrapped(samples[i].angle + 0.5 * gap)))
                continue;
            for (int k = 1; k < parts; ++k) angles.push_back(wrapped(samples[i].angle + gap * k / parts));
        }
        if (angles.empty()) break;
        add_samples(samples, outcomes_at, angles);
    }
    AngularMeasure result = {};
    result.trajectories = static_cast<std::int64_t>(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double share = gap_after(samples, i) / turn;
        const Outcome before = samples[i].outcome, after = outcome_after(samples, i);
        result.share[static_cast<int>(before)] += 0.5 * share;
        result.share[static_cast<int>(after)] += 0.5 * share;
        if (before != after) result.unresolved += share;
    }
    result.arcs = arcs_between(samples);
    return result;
}

}  // namespace modecollapse
