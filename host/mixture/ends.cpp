#include "host/mixture/ends.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "host/fixed_points/fixed_point.hpp"

namespace modecollapse {
namespace {

constexpr double same = 1e-6;
constexpr double fixed_time = 200.0, trainable_time = 1e4;  // time units
constexpr double near_the_corner = 0.05;

// The inverse temperature at which traps are tested: that of the end of a schedule, or the constant one.
double beta_of_traps(const GradientFlowPayload& payload) { return payload.annealing_end > 0.0 ? 1.0 : payload.beta; }

class Ends {
public:
    void add(Outcome outcome, const TrappedEnd& end) {
        const auto at = static_cast<std::size_t>(outcome);
        if (!known_[at]) {
            known_[at] = end;
            return;
        }
        const TrappedEnd& other = *known_[at];
        const double distance = std::fabs(end.m1 - other.m1) + std::fabs(end.m2 - other.m2);
        if (!(distance + std::fabs(end.weight1 - other.weight1) <= same)) ambiguous_[at] = true;
    }
    TrappedEnds result() const {
        TrappedEnds ends = known_;
        for (std::size_t at = 0; at < ends.size(); ++at)
            if (ambiguous_[at]) ends[at].reset();
        return ends;
    }

private:
    TrappedEnds known_ = {};
    std::array<bool, outcome_count> ambiguous_ = {};
};

State inside(double m1, double m2) {
    const OverlapRange<double> range = admissible_overlap(m1, m2);
    return {m1, m2, 0.5 * (range.u_min + range.u_max), 0.0};
}

void add_fixed(const GradientFlow& flow, double beta, const TrappingBox& box, Ends& ends) {
    const double one1 = box.sign1, one2 = box.sign2;
    const std::vector<State> starts = {inside(0.99 * one1, 0.97 * one2), inside(0.97 * one1, 0.99 * one2)};
    for (const State& y : evolve(flow, beta, starts, fixed_time)) {
        const auto point = find_fixed_point(flow, beta, y);
        const bool holds =
            point && point->stable && one1 * point->state.m1 >= box.corner1 && one2 * point->state.m2 >= box.corner2;
        // the corner, where both means are on their modes, is a fixed point: it is reached slowly and told badly by Newton
        const double from_corner = std::fabs(y.m1 - one1) + std::fabs(y.m2 - one2);
        if (holds)
            ends.add(box.outcome, {point->state.m1, point->state.m2, flow.weight1});
        else if (from_corner < near_the_corner)
            ends.add(box.outcome, {one1, one2, flow.weight1});
        else
            ends.add(box.outcome, {std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0});
    }
}

void add_trainable(GradientFlowPayload payload, const TrappingBox& box, Ends& ends) {
    payload.beta = beta_of_traps(payload);
    payload.traps.box_count = payload.traps.ellipsoid_count = 0;
    payload.annealing = {};
    payload.annealing_end = 0.0;
    payload.limit_reading = false;
    payload.integrator = {1e-8, 1e-3, 1e-4, 0.05, 1e7};
    payload.end_time = trainable_time;
    const double middle = 0.5 * (box.weight_low + box.weight_high);
    const State start = {box.sign1, box.sign2, 2.0, middle};
    TrappedEnd end = {};
    TrajectoryTask task = {&payload, Precision::double_precision, 0, 2.0, 0, 1, &start, {}};
    task.record.m1 = &end.m1;
    task.record.m2 = &end.m2;
    task.record.weight = &end.weight1;
    run_trajectories_on_cpu(task, {1, best_cpu_isa()});
    ends.add(box.outcome, end);
}

}  // namespace

TrappedEnds trapped_ends(const GradientFlowPayload& payload) {
    Ends ends;
    const TrappingSet& traps = payload.traps;
    for (int i = 0; i < traps.box_count; ++i) {
        if (payload.flow.geometry == WeightGeometry::fixed)
            add_fixed(payload.flow, beta_of_traps(payload), traps.boxes[i], ends);
        else
            add_trainable(payload, traps.boxes[i], ends);
    }
    for (int i = 0; i < traps.ellipsoid_count; ++i)
        ends.add(traps.ellipsoids[i].outcome,
                 {traps.ellipsoids[i].centre[0], traps.ellipsoids[i].centre[1], payload.flow.weight1});
    return ends.result();
}

}  // namespace modecollapse
