// What is carried along one trajectory of the closed flow, what one attempted step did, and how it may end.
// Dimensionless; with a SIMD pack as number type, one independent trajectory a lane.
#pragma once

#include <type_traits>

#include "modecollapse/gradient_flow/payload.hpp"
#include "modecollapse/gradient_flow/runge_kutta.hpp"

namespace modecollapse {

// Simplex only: the lighter weight, to full relative accuracy on either edge.
template <class Real>
struct LightWeight {
    Real value;
    Real side;   // 1: the first component's, -1: the second's
    Real rate;   // its own, the projection left aside
    Real decay;  // rate at which a deviation from where it rests decays; 0 where it rests nowhere
    Real stiff;  // 1: the next step is linearly implicit; 2: that of a negligible weight at rest

    MC_HOST_DEVICE static LightWeight of(Real weight1) {
        const MaskOf<Real> second = weight1 > Real(0.5);
        LightWeight light = {};
        light.value = select(second, Real(1.0) - weight1, weight1);
        light.side = select(second, Real(-1.0), Real(1.0));
        return light;
    }
    MC_HOST_DEVICE Real first() const { return select(side > Real(0.0), value, Real(1.0) - value); }
};

template <class Real>
struct Trajectory {
    OrderParameters<Real> state;
    OrderParameters<Real> rate;
    Real time;
    Real step;          // size of the next attempt
    Real attempts;      // so far
    Real aligned_time;  // spent with both means on one mode (kind general)
    Real beta;          // adaptive schedule only (kind general)
    Real next_raise;    // the same: when beta is raised next
    LightWeight<Real> light;
};

// Lane by lane the one or the other.
template <class Real>
MC_HOST_DEVICE OrderParameters<Real> chosen(MaskOf<Real> lanes, const OrderParameters<Real>& yes,
                                            const OrderParameters<Real>& no) {
    return {select(lanes, yes.m1, no.m1), select(lanes, yes.m2, no.m2), select(lanes, yes.u, no.u),
            select(lanes, yes.weight, no.weight)};
}
template <class Real>
MC_HOST_DEVICE LightWeight<Real> chosen(MaskOf<Real> lanes, const LightWeight<Real>& yes, const LightWeight<Real>& no) {
    return {select(lanes, yes.value, no.value), select(lanes, yes.side, no.side), select(lanes, yes.rate, no.rate),
            select(lanes, yes.decay, no.decay), select(lanes, yes.stiff, no.stiff)};
}

// Replaces `attempt` by `other` in the given lanes.
template <class Real>
MC_HOST_DEVICE void take(StepAttempt<Real>& attempt, MaskOf<Real> lanes, const StepAttempt<Real>& other) {
    attempt.state = chosen<Real>(lanes, other.state, attempt.state);
    attempt.rate = chosen<Real>(lanes, other.rate, attempt.rate);
    attempt.error = chosen<Real>(lanes, other.error, attempt.error);
    attempt.left = chosen<Real>(lanes, other.left, attempt.left);
    attempt.right = chosen<Real>(lanes, other.right, attempt.right);
    attempt.dense = chosen<Real>(lanes, other.dense, attempt.dense);
}

// attempt_step() with the tableau of `numbers`, or with the compiler's where they have none: the problem itself.
template <FieldProgram kind, class Numbers, class Field, class Real>
MC_HOST_DEVICE StepAttempt<Real> explicit_step(const Numbers& numbers, const Field& field,
                                               const OrderParameters<Real>& y, const OrderParameters<Real>& rate,
                                               Real h) {
    if constexpr (std::is_same_v<Numbers, GradientFlowPayload>)
        return attempt_step<kind>(field, y, rate, h);
    else
        return attempt_step<kind>(field, y, rate, h, numbers.tableau);
}

// beta at `time`, within the step that begins with this trajectory. Number: Real or dual numbers over it. A step that ends
// where the schedule does sees the schedule's own formula to its end, though its last stage may round to after it: a weight
// that follows beta at once would find a jump there that no step is short enough for.
template <class Real, class Number>
MC_HOST_DEVICE Number beta_of(const GradientFlowPayload& problem, const Trajectory<Real>& trajectory, Number time) {
    if (is_adaptive(problem.annealing)) return Number(trajectory.beta);
    if (problem.annealing_end <= 0.0) return Number(problem.beta);
    return formula_or_one(problem.annealing, trajectory.time >= Real(problem.annealing_end), time);
}

// What one attempted step did. `end` is TrappingSet::none while the lane runs; otherwise how it ended.
template <class Real>
struct Advance {
    StepAttempt<Real> attempt;
    Real size;  // step size tried
    MaskOf<Real> accepted;
    Real end;
};

// Ways to end that are not a trap (those are the outcome's own number).
inline constexpr double ended_at_end_time = 100.0;
inline constexpr double ended_out_of_steps = 101.0;

}  // namespace modecollapse
