// theory_reference: writes tests/data/theory_reference.csv, P(collapse) of twenty problems to a standard error of 2e-6 or
// less, for the test of the errors that `theory` states. Run by scripts/theory-reference; a few minutes of a core.
//
// It shares with the theory the engine's trajectories (at a tighter tolerance) and the law of the start, nothing else:
//   outer rule   a randomly shifted rank-1 lattice in (z1, z2), made periodic by v = z^3 (10 - 15 z + 6 z^2); four
//                shifts give the standard error
//   s, r         from v1 by the beta quantile of (1 + s) / 2, from v2 as r^2 = 1 - (1 - v2)^(2 / (d-2))
//   angles       a scan of the full flow, from t = 0, at 24 angles and in the middle of the arcs of the three nearest
//                points, then bisection to 2e-7
#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <cstdio>
#include <random>

#include "host/mixture/setup.hpp"

namespace modecollapse {
namespace {

constexpr double turn = 6.283185307179586;
constexpr int shifts = 4;
constexpr std::size_t first_points = 64;  // scanned densely; each further batch doubles their number
constexpr double generator = 182667.0;    // of the lattice: Cools, Kuo, Nuyens (SIAM J. Sci. Comput. 28 (2006) 2162)
constexpr double tolerance = 1e-9, gap_width = 2e-7;

struct Case {
    double radius, target_weight, weight;
    Annealing annealing;
    double dimension;
    std::size_t points;  // a power of 2: more where arcs appear and vanish
};

struct Arc {
    double begin;
    Outcome outcome;
};
struct Point {
    double z1, z2, weight;
    double alpha, r;
    std::vector<Arc> arcs;  // by their beginnings
    double end_of(std::size_t i) const { return i + 1 < arcs.size() ? arcs[i + 1].begin : arcs[0].begin + turn; }
};
struct Gap {
    std::size_t point;
    double low, high;
    Outcome before, after;
};
using Starts = std::vector<OrderParameters<double>>;

double wrapped(double angle) { return angle - turn * std::floor(angle / turn); }
double step(double z) { return z * z * z * (10.0 - z * (15.0 - 6.0 * z)); }
double slope(double z) { return 30.0 * z * z * (1.0 - z) * (1.0 - z); }

Point point_at(double z1, double z2, double dimension) {
    Point point = {z1, z2, slope(z1), 0.5 * turn * step(z1), 1.0, {}};
    if (dimension <= 2.0) return point;
    const double shape = 0.5 * (dimension - 1.0);
    point.alpha = 2.0 * std::acos(std::sqrt(boost::math::ibeta_inv(shape, shape, step(z1))));
    point.r = std::sqrt(-std::expm1(2.0 / (dimension - 2.0) * std::log(step(1.0 - z2))));
    point.weight *= slope(z2);
    return point;
}

OrderParameters<double> start_of(const Point& point, double theta) {
    const double half = 0.5 * point.alpha;
    return {point.r * std::cos(theta - half), point.r * std::cos(theta + half), 2.0 * std::pow(std::sin(half), 2), 0.0};
}

std::vector<Outcome> outcomes_of(const GradientFlowPayload& problem, const Starts& starts) {
    std::vector<std::uint8_t> fates(starts.size());
    const EndRecord record = {fates.data(), nullptr, nullptr, nullptr, nullptr};
    run_trajectories_on_cpu({&problem, Precision::double_precision, 0, 2.0, 0, starts.size(), starts.data(), record},
                            {1, best_cpu_isa()});
    std::vector<Outcome> result;
    for (const std::uint8_t fate : fates) result.push_back(static_cast<Outcome>(fate));
    return result;
}

// Where the outcome changes, for the points from `first` on.
void find_arcs(const GradientFlowPayload& problem, std::vector<Point>& points, std::size_t first,
               std::vector<std::vector<double>>& scans) {
    Starts starts;
    for (std::size_t k = 0; k < scans.size(); ++k) {
        for (double& angle : scans[k]) angle = wrapped(angle);
        std::sort(scans[k].begin(), scans[k].end());
        for (const double angle : scans[k]) starts.push_back(start_of(points[first + k], angle));
    }
    const std::vector<Outcome> scanned = outcomes_of(problem, starts);
    std::vector<Gap> gaps;
    for (std::size_t k = 0, at = 0; k < scans.size(); at += scans[k++].size()) {
        const std::size_t n = scans[k].size(), before = gaps.size();
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t next = (i + 1) % n;
            if (scanned[at + i] == scanned[at + next]) continue;
            const double high = scans[k][next] + (next == 0 ? turn : 0.0);
            gaps.push_back({first + k, scans[k][i], high, scanned[at + i], scanned[at + next]});
        }
        if (gaps.size() == before) points[first + k].arcs = {{0.0, scanned[at]}};
    }
    while (!gaps.empty()) {
        starts.clear();
        for (const Gap& gap : gaps) starts.push_back(start_of(points[gap.point], 0.5 * (gap.low + gap.high)));
        const std::vector<Outcome> middle = outcomes_of(problem, starts);
        std::vector<Gap> left;
        const auto keep = [&](const Gap& gap) {
            if (gap.before == gap.after) return;
            if (gap.high - gap.low > gap_width)
                left.push_back(gap);
            else
                points[gap.point].arcs.push_back({wrapped(0.5 * (gap.low + gap.high)), gap.after});
        };
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            const auto [point, low, high, before, after] = gaps[i];
            keep({point, low, 0.5 * (low + high), before, middle[i]});
            keep({point, 0.5 * (low + high), high, middle[i], after});
        }
        gaps.swap(left);
    }
    for (std::size_t k = first; k < first + scans.size(); ++k)
        std::sort(points[k].arcs.begin(), points[k].arcs.end(),
                  [](const Arc& a, const Arc& b) { return a.begin < b.begin; });
}

double collapsed_share(const Point& point) {
    if (point.arcs.size() == 1) return is_collapse(point.arcs[0].outcome) ? 1.0 : 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < point.arcs.size(); ++i)
        if (is_collapse(point.arcs[i].outcome)) sum += point.end_of(i) - point.arcs[i].begin;
    return sum / turn;
}

// The middles of the arcs of the three points, of the first `known`, that are nearest on the torus.
void add_middles(const std::vector<Point>& points, std::size_t known, const Point& here, std::vector<double>& scan) {
    const auto distance = [](double a, double b) { return std::fmin(std::fabs(a - b), 1.0 - std::fabs(a - b)); };
    std::vector<std::pair<double, std::size_t>> near;
    for (std::size_t k = 0; k < known; ++k)
        near.emplace_back(std::hypot(distance(points[k].z1, here.z1), distance(points[k].z2, here.z2)), k);
    std::partial_sort(near.begin(), near.begin() + 3, near.end());
    for (int i = 0; i < 3; ++i) {
        const Point& other = points[near[static_cast<std::size_t>(i)].second];
        for (std::size_t k = 0; k < other.arcs.size(); ++k)
            scan.push_back(0.5 * (other.arcs[k].begin + other.end_of(k)));
    }
}

double estimate(const GradientFlowPayload& problem, const Case& one, std::mt19937_64& random) {
    std::uniform_real_distribution<double> uniform;
    const double shift1 = uniform(random), shift2 = one.dimension > 2.0 ? uniform(random) : 0.5;
    std::vector<Point> points;
    for (std::size_t i = 0; i < one.points; ++i) {
        double x = 0.0;  // radical inverse of i: the first 2^k points are a lattice of their own
        for (std::size_t rest = i, bit = 1; rest > 0; rest >>= 1)
            x += static_cast<double>(rest & 1) / static_cast<double>(bit <<= 1);
        const double z2 = one.dimension > 2.0 ? std::fmod(x * generator + shift2, 1.0) : shift2;
        points.push_back(point_at(std::fmod(x + shift1, 1.0), z2, one.dimension));
    }
    for (std::size_t done = 0; done < one.points; done = done == 0 ? first_points : 2 * done) {
        const std::size_t end = done == 0 ? first_points : 2 * done;
        std::vector<std::vector<double>> scans;
        for (std::size_t i = done; i < end; ++i) {
            const int evenly = done == 0 ? 192 : 24;
            const double offset = uniform(random);
            std::vector<double> scan;
            for (int k = 0; k < evenly; ++k) scan.push_back(turn * (k + offset) / evenly);
            if (done > 0) add_middles(points, done, points[i], scan);
            scans.push_back(scan);
        }
        find_arcs(problem, points, done, scans);
    }
    double sum = 0.0;
    for (const Point& point : points) sum += point.weight * collapsed_share(point);
    return sum / static_cast<double>(points.size());
}

void print_row(const Case& one) {
    Problem problem = {one.radius, one.target_weight, one.weight, 1.0, WeightGeometry::fixed, one.annealing};
    MixtureSettings settings;
    settings.tolerance = tolerance;
    const MixtureSetup setup(problem, settings);
    GradientFlowPayload payload = setup.for_dimension(one.dimension);
    payload.integrator.alignment_floor *= 1e-2;
    std::mt19937_64 random(5);
    double values[shifts], mean = 0.0, square = 0.0;
    for (double& value : values) mean += (value = estimate(payload, one, random)) / shifts;
    for (const double value : values) square += (value - mean) * (value - mean);
    std::printf("%.17g,%.17g,%.17g,%s,%g,%g,%g,%.9f,%.1e\n", one.radius, one.target_weight, one.weight,
                schedule_names[static_cast<int>(one.annealing.schedule)], one.annealing.initial_temperature,
                one.annealing.time, one.dimension, mean, std::sqrt(square / (shifts * (shifts - 1))));
    std::fflush(stdout);
}

}  // namespace
}  // namespace modecollapse

int main() {
    using namespace modecollapse;
    constexpr double two_thirds = 2.0 / 3.0;
    constexpr std::size_t few = 1024, many = 8192;
    const Annealing none = {};
    const Annealing temperature = {Schedule::exponential_temperature, 4.0, 3.0}, linear = {Schedule::linear, 10.0, 5.0};
    const Annealing geometric = {Schedule::geometric, 100.0, 20.0}, beta = {Schedule::exponential_beta, 20.0, 10.0};
    std::puts(
        "radius,target_weight,weight,schedule,initial_temperature,annealing_time,dimension,p_collapse,standard_error");
    for (const double d : {2.0, 3.0, 10.0}) {
        print_row({2.0, 0.5, 0.5, none, d, few});
        print_row({1.5, two_thirds, two_thirds, none, d, d > 2.0 ? many : few});
        print_row({2.5, 0.6, 0.35, none, d, few});
        print_row({1.8, 0.7, 0.5, linear, d, d > 2.0 ? many : few});
        print_row({3.0, 0.5, 0.3, geometric, d, few});
        if (d != 3.0) print_row({1.2, 0.5, 0.5, none, d, few});
        if (d != 3.0) print_row({2.0, 0.5, 0.5, temperature, d, few});
        if (d == 3.0) print_row({1.5, 0.6, 0.5, beta, d, many});
    }
}
