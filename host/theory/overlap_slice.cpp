#include "host/theory/overlap_slice.hpp"

#include <algorithm>
#include <cmath>

#include "host/run/watch.hpp"
#include "host/theory/piecewise_quadrature.hpp"
#include "host/theory/start_law.hpp"

namespace modecollapse {
namespace {

constexpr double smallest_x = 1e-4;  // up to which escape is followed for the scan: less than 1e-4 of the starts are
                                     // nearer to r = 0
constexpr int most_circles = 500;
constexpr double angle_share = 0.2;     // of the accuracy: width of a gap between angles of two outcomes, radians
constexpr double smallest_gap = 1e-10;  // radians

const Circle* nearest(const std::map<double, Circle>& circles, double at) {
    const auto above = circles.lower_bound(at);
    if (above == circles.end()) return &std::prev(above)->second;
    if (above == circles.begin() || above->first - at < at - std::prev(above)->first) return &above->second;
    return &std::prev(above)->second;
}

}  // namespace

OverlapSlice::OverlapSlice(const GradientFlowPayload& problem, double dimension, double overlap,
                           const SliceRequest& request)
    : problem_(problem),
      dimension_(dimension),
      overlap_(overlap),
      request_(request),
      linear_(problem, 1.0 - overlap, 1.0 / alignment_radius(dimension, smallest_x)) {
    const Stretching stretching = linear_.stretching();
    slow_ = angle_of(overlap, {stretching.slow[0], stretching.slow[1]});
    scan_ = scan_angles(slow_, stretching.ratio);
}

OverlapSlice::Result OverlapSlice::integrate(const Result* left, const Result* right) const {
    Result result;
    const auto around = [&](double at, const Circle* inner, const Circle* outer) {
        Circles near;
        for (const Circle* circle : {inner, outer})
            if (circle) near.push_back(circle);
        for (const Result* slice : {left, right})
            if (slice) near.push_back(nearest(slice->circles, at));
        return near;
    };
    if (dimension_ <= 2.0) {  // r = 1
        const Circle only = circle(1.0, around(1.0, nullptr, nullptr), result.trajectories);
        result.value = only.value;
        result.signature = only.signature;
        result.circles.emplace(1.0, only);
        return result;
    }
    const auto evaluate = [&](const std::vector<SampleRequest<Circle>>& requests) {
        std::vector<Circle> circles;
        for (const auto& [v, weight, inner, outer] : requests)
            circles.push_back(
                circle(alignment_radius(dimension_, -std::log1p(-v)), around(v, inner, outer), result.trajectories));
        return circles;
    };
    PiecewiseQuadrature<Circle, judged_count, decltype(evaluate)> average(evaluate, request_.accuracy, most_circles);
    const auto radial = average();
    result.value = radial.value;
    result.value[radial_error] = radial.error;
    result.circles = average.samples();
    return result;
}

Circle OverlapSlice::circle(double radius, const Circles& neighbours, std::int64_t& trajectories) const {
    const LinearizedState& match = linear_.last_below(request_.matching_size / radius);
    GradientFlowPayload rest = problem_;
    rest.start_time = match.time;
    if (match.time >= rest.annealing_end) rest.annealing_end = 0.0;  // the schedule is over: the leaner program
    const auto outcomes_at = [&](const std::vector<double>& angles) { return outcomes(rest, match, radius, angles); };
    // relative to the distance from the slow direction: a narrow sector is measured as well as a broad one
    const auto gap_width = [&](double angle) {
        return angle_share * request_.accuracy * std::fabs(std::sin(angle - slow_)) + smallest_gap;
    };
    std::vector<double> scan = scan_;
    for (const Circle* neighbour : neighbours)
        for (const Arc& arc : neighbour->arcs) scan.push_back(arc.middle());
    const AngularMeasure measure = measure_angles(outcomes_at, scan, gap_width);
    trajectories += measure.trajectories;
    Circle result;
    result.arcs = measure.arcs;
    result.signature = signature_of(measure.arcs, request_.narrowest_arc);
    for (int i = 0; i < outcome_count; ++i) {
        result.value[i] = measure.share[i];
        if (is_collapse(static_cast<Outcome>(i))) result.value[collapse] += measure.share[i];
    }
    result.value[unresolved] = measure.unresolved;
    result.value[matching_time] = match.time;
    return result;
}

std::vector<Outcome> OverlapSlice::outcomes(const GradientFlowPayload& rest, const LinearizedState& match,
                                            double radius, const std::vector<double>& angles) const {
    throw_if_given_up();
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
