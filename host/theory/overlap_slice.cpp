#include "host/theory/overlap_slice.hpp"

#include <algorithm>
#include <cmath>

#include "host/theory/angular_measure.hpp"
#include "host/theory/start_law.hpp"

namespace modecollapse {
namespace {

// The average over r is over v = 1 - exp(-x), uniform on [0, 1]. The outcome may depend on log x, so v = z^3 (10 - 15 z
// + 6 z^2): in z both ends weigh nothing, and powers of x and of log x are smooth enough for Simpson's rule.
struct RadialVariable {
    double x;
    double weight;  // dv / dz
};
double smooth_step(double z) { return z * z * z * (10.0 - z * (15.0 - 6.0 * z)); }
RadialVariable radial_variable(double z) {
    return {-std::log(smooth_step(1.0 - z)), 30.0 * z * z * (1.0 - z) * (1.0 - z)};
}

constexpr double smallest_x =
    1e-4;  // up to which escape is followed for the scan: less than 1e-4 of the starts are nearer to r = 0
constexpr int most_circles = 150;
constexpr double smallest_gap = 1e-10;  // radians

}  // namespace

OverlapSlice::OverlapSlice(const GradientFlowPayload& problem, double dimension, double overlap, double matching_size)
    : problem_(problem),
      dimension_(dimension),
      overlap_(overlap),
      matching_size_(matching_size),
      linear_(problem, 1.0 - overlap, 1.0 / alignment_radius(dimension, smallest_x)) {
    const Stretching stretching = linear_.stretching();
    slow_ = angle_of(overlap, {stretching.slow[0], stretching.slow[1]});
    scan_ = scan_angles(slow_, stretching.ratio);
}

OverlapSlice::Result OverlapSlice::integrate(double accuracy) const {
    Result result = {};
    const auto at = [&](double z) -> Averages {
        if (z <= 0.0 || z >= 1.0) return {};
        const RadialVariable variable = radial_variable(z);
        Circle one = circle(alignment_radius(dimension_, variable.x), accuracy);
        result.trajectories += one.trajectories;
        ++result.circles;
        for (double& value : one.average) value *= variable.weight;
        return one.average;
    };
    if (dimension_ <= 2.0) {  // r = 1
        const Circle only = circle(1.0, accuracy);
        return {only.average, 0.0, true, only.trajectories, 1};
    }
    const auto integral = adaptive_simpson<size, outcome_count>(at, 0.0, 1.0, accuracy, most_circles);
    result.average = integral.value;
    result.error = integral.error;
    result.converged = integral.converged;
    double total = 0.0;
    for (int i = 0; i < outcome_count; ++i) total += integral.value[i];
    for (double& value : result.average) value /= total;  // the weight itself is integrated to less than the accuracy
    return result;
}

OverlapSlice::Circle OverlapSlice::circle(double radius, double accuracy) const {
    const LinearizedState& match = linear_.last_below(matching_size_ / radius);
    GradientFlowPayload rest = problem_;
    rest.start_time = match.time;
    if (match.time >= rest.annealing_end) rest.annealing_end = 0.0;  // the schedule is over: the leaner program
    const auto outcomes_at = [&](const std::vector<double>& angles) { return outcomes(rest, match, radius, angles); };
    // relative to the distance from the slow direction: a narrow sector is measured as well as a broad one
    const auto gap_width = [&](double angle) { return accuracy * std::fabs(std::sin(angle - slow_)) + smallest_gap; };
    const AngularMeasure measure = measure_angles(outcomes_at, scan_, gap_width);
    Circle result = {{}, measure.trajectories};
    std::copy(measure.share, measure.share + outcome_count, result.average.begin());
    result.average[unresolved] = measure.unresolved;
    result.average[matching_time] = match.time;
    return result;
}

std::vector<Outcome> OverlapSlice::outcomes(const GradientFlowPayload& rest, const LinearizedState& match,
                                            double radius, const std::vector<double>& angles) const {
    std::vector<OrderParameters<double>> starts;
    for (const double angle : angles) {
        const Alignments m = alignments(overlap_, radius, angle);
        const auto carried = [&](double centre, int row) {
            return centre + match.response[row][0] * m.m1 + match.response[row][1] * m.m2;
        };
        starts.push_back({carried(match.centre.m1, 0), carried(match.centre.m2, 1), carried(match.centre.u, 2), 0.0});
    }
    std::vector<std::uint8_t> fates(starts.size());
    const EndRecord record = {fates.data(), nullptr, nullptr, nullptr, nullptr};
    run_trajectories_on_cpu(
        {&rest, Precision::double_precision, 0, dimension_, 0, starts.size(), starts.data(), record},
        {1, best_cpu_isa()});
    std::vector<Outcome> result;
    for (const std::uint8_t fate : fates) result.push_back(static_cast<Outcome>(fate));
    return result;
}

}  // namespace modecollapse
