// One trajectory of the closed flow, from its start to its outcome; with a SIMD pack as number type, one independent trajectory a lane.
//
// The step size follows the embedded error estimate:  h <- h * clamp(0.9 err^(-1/5), 0.2, 5),  err = max_i |e_i| / (tol max(|y_i|,
// floor_i)). The floor of m is 1/sqrt(d), the size of the start: an error that is small against 1 could still turn the sign of m at large
// d.
#pragma once

#include "modecollapse/elementary.hpp"
#include "modecollapse/gradient_flow.hpp"
#include "modecollapse/runge_kutta.hpp"
#include "modecollapse/trapping.hpp"

namespace modecollapse {

struct IntegratorOptions {
    double tolerance;        // relative error allowed a step
    double alignment_floor;  // m is resolved relative to max(|m|, this)
    double overlap_floor;    // the same for u
    double first_step;       // time units
    double maximum_steps;    // attempts; used up before the end: the trajectory has failed
};

// Everything that the trajectories of one ensemble share, passed by value to a kernel. Built and validated by host/ensemble.
struct FlowProblem {
    GradientFlow flow;
    TrappingSet traps;  // empty in the finite-time reading
    OutcomeRule rule;
    IntegratorOptions integrator;
    double beta;         // inverse temperature
    double end_time;     // the horizon; in the limit reading the time cap
    bool limit_reading;  // true: an untrapped state at end_time is undecided; false: it is classified as it is
};

template <class Real>
struct Trajectory {
    OrderParameters<Real> state;
    OrderParameters<Real> rate;
    Real time;
    Real step;      // size of the next attempt
    Real attempts;  // so far
};

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

template <class Real>
class TrajectoryStepper {
public:
    MC_HOST_DEVICE explicit TrajectoryStepper(const FlowProblem& problem) : problem_(problem) {}

    MC_HOST_DEVICE OrderParameters<Real> field(const OrderParameters<Real>& y) const { return problem_.flow(y, Real(problem_.beta)); }

    MC_HOST_DEVICE Trajectory<Real> start(const OrderParameters<Real>& y) const {
        return {y, field(y), Real(0.0), Real(problem_.integrator.first_step), Real(0.0)};
    }

    // A state that lies in a trap from the start: its outcome, or TrappingSet::none.
    MC_HOST_DEVICE Real held(const OrderParameters<Real>& y) const { return problem_.traps(y); }

    // One attempted step of every lane. Lanes that have ended may be advanced on; the caller ignores them.
    MC_HOST_DEVICE Advance<Real> advance(Trajectory<Real>& trajectory) const {
        const IntegratorOptions& options = problem_.integrator;
        const Real end_time = Real(problem_.end_time);
        const Real remaining = end_time - trajectory.time;
        const MaskOf<Real> last = trajectory.step >= remaining;
        const Real size = select(last, remaining, trajectory.step);
        Advance<Real> result;
        result.attempt = attempt_step([this](const OrderParameters<Real>& y) { return field(y); }, trajectory.state, trajectory.rate, size);
        result.size = size;

        const OrderParameters<Real>& next = result.attempt.state;
        const OrderParameters<Real>& error = result.attempt.error;
        const Real alignment_floor = Real(options.alignment_floor);
        const Real r1 = abs(error.m1) / max(abs(next.m1), alignment_floor);
        const Real r2 = abs(error.m2) / max(abs(next.m2), alignment_floor);
        const Real r3 = abs(error.u) / max(abs(next.u), Real(options.overlap_floor));
        const Real ratio = max(r1, max(r2, r3)) * Real(1.0 / options.tolerance);
        const MaskOf<Real> finite = (ratio <= Real(1e20)) & (next.u < Real(1e6));
        result.accepted = finite & (ratio <= Real(1.0));

        const Real factor = Real(0.9) * approximate_inverse_fifth_root(min(max(ratio, Real(1e-8)), Real(1e8)));
        const Real clamped = min(max(factor, Real(0.2)), Real(5.0));
        const Real scale = select(finite, clamped, Real(0.2));
        // an accepted last step was cut short by end_time, not by its error: nothing to learn from it
        trajectory.step = size * scale;
        trajectory.time = select(result.accepted, select(last, end_time, trajectory.time + size), trajectory.time);
        trajectory.state.m1 = select(result.accepted, next.m1, trajectory.state.m1);
        trajectory.state.m2 = select(result.accepted, next.m2, trajectory.state.m2);
        trajectory.state.u = select(result.accepted, next.u, trajectory.state.u);
        trajectory.rate.m1 = select(result.accepted, result.attempt.rate.m1, trajectory.rate.m1);
        trajectory.rate.m2 = select(result.accepted, result.attempt.rate.m2, trajectory.rate.m2);
        trajectory.rate.u = select(result.accepted, result.attempt.rate.u, trajectory.rate.u);
        trajectory.attempts = trajectory.attempts + Real(1.0);
        // The exact flow stays admissible; a computed one at the edge (always so at d = 2) leaves it by the step's error, and outside |m|
        // <= 1 the field runs away. A lane that did not leave keeps its bits.
        const MaskOf<Real> outside = result.accepted & is_outside(trajectory.state);
        if (any(outside)) {
            const OrderParameters<Real> inside = projected(trajectory.state);
            const OrderParameters<Real> rate = field(inside);
            trajectory.state.m1 = select(outside, inside.m1, trajectory.state.m1);
            trajectory.state.m2 = select(outside, inside.m2, trajectory.state.m2);
            trajectory.state.u = select(outside, inside.u, trajectory.state.u);
            trajectory.rate.m1 = select(outside, rate.m1, trajectory.rate.m1);
            trajectory.rate.m2 = select(outside, rate.m2, trajectory.rate.m2);
            trajectory.rate.u = select(outside, rate.u, trajectory.rate.u);
        }

        Real end = problem_.traps(trajectory.state);
        end = select((end == Real(TrappingSet::none)) & (result.accepted & last), Real(ended_at_end_time), end);
        end =
            select((end == Real(TrappingSet::none)) & (trajectory.attempts >= Real(options.maximum_steps)), Real(ended_out_of_steps), end);
        result.end = end;
        return result;
    }

    // Class of a trajectory that ended at `state` in the way `end`. weight1: the first component's weight there.
    MC_HOST_DEVICE static Outcome classify(const FlowProblem& problem, const OrderParameters<double>& state, double end, double weight1) {
        if (end == ended_out_of_steps) return Outcome::failed;
        if (end == ended_at_end_time) {
            const Outcome outcome = problem.rule(state, weight1);
            return problem.limit_reading && outcome != Outcome::failed ? Outcome::undecided : outcome;
        }
        return static_cast<Outcome>(static_cast<int>(end));
    }

private:
    const FlowProblem& problem_;
};

}  // namespace modecollapse
