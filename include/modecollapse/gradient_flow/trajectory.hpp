// One trajectory of the closed flow, from its start to its outcome; with a SIMD pack as number type, one independent
// trajectory a lane.
//
// The step size follows the embedded error estimate:  h <- h * clamp(0.9 err^(-1/5), 0.2, 5),  err = max_i |e_i| / (tol
// max(|y_i|, floor_i)). The floor of m is 1/sqrt(d), the size of the start: an error that is small against 1 could
// still turn the sign of m at large d. On the simplex a weight near its edge is stiff: there the steps are linearly
// implicit (integrate/rosenbrock.hpp).
#pragma once

#include "modecollapse/gradient_flow/payload.hpp"
#include "modecollapse/gradient_flow/trajectory_state.hpp"
#include "modecollapse/integrate/rosenbrock.hpp"
#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

template <class Real, FieldProgram kind = FieldProgram::lean>
class TrajectoryStepper {
    using State = OrderParameters<Real>;
    using Mask = MaskOf<Real>;

public:
    MC_HOST_DEVICE explicit TrajectoryStepper(const GradientFlowPayload& problem) : problem_(problem) {}

    MC_HOST_DEVICE Trajectory<Real> start(const State& y) const {
        Trajectory<Real> trajectory = {};
        trajectory.state = y;
        trajectory.time = Real(problem_.start_time);
        trajectory.step = Real(problem_.integrator.first_step);
        trajectory.beta = Real(1.0 / problem_.annealing.initial_temperature);
        trajectory.next_raise = Real(problem_.annealing.time);
        trajectory.rate = rate_of(trajectory);
        return trajectory;
    }

    // A state that lies in a trap from the start: its outcome, or TrappingSet::none.
    MC_HOST_DEVICE Real held(const State& y) const {
        if (problem_.start_time < problem_.annealing_end) return Real(TrappingSet::none);
        return trap_of(y);
    }

    // beta at `time`, within the step that begins with this trajectory.
    MC_HOST_DEVICE Real beta_of(const Trajectory<Real>& trajectory, Real time) const {
        if constexpr (kind == FieldProgram::lean) return Real(problem_.beta);
        return is_adaptive(problem_.annealing) ? trajectory.beta : beta_at(problem_, time);
    }

    // One attempted step of every lane. Lanes that have ended may be advanced on; the caller ignores them.
    MC_HOST_DEVICE Advance<Real> advance(Trajectory<Real>& trajectory) const {
        const Real leg_end = end_of_leg(trajectory);
        const Real remaining = leg_end - trajectory.time;
        const Mask last = trajectory.step >= remaining;
        const Real size = select(last, remaining, trajectory.step);
        const Real time = trajectory.time;
        const Mask edge = on_edge(trajectory.state);
        Advance<Real> result;
        const auto field = [&](const State& y, double node) {
            return rate_at(y, beta_of(trajectory, kind == FieldProgram::lean ? time : fma(Real(node), size, time)),
                           edge);
        };
        if constexpr (kind == FieldProgram::lean) {
            result.attempt = attempt_step<kind>(field, trajectory.state, trajectory.rate, size);
        } else {
            const Mask stiff = trajectory.stiff > Real(0.0);
            const auto frozen = [&](const State& y) { return field(y, 0.0); };
            if (!any(stiff)) {
                result.attempt = attempt_step<kind>(field, trajectory.state, trajectory.rate, size);
            } else {
                result.attempt = attempt_stiff_step(frozen, trajectory.state, trajectory.rate, size);
                if (any(!stiff))
                    take(result.attempt, !stiff, attempt_step<kind>(field, trajectory.state, trajectory.rate, size));
            }
        }
        result.size = size;

        const State& next = result.attempt.state;
        const Real ratio = error_ratio(next, result.attempt.error);
        const Mask finite = (ratio <= Real(1e20)) & (next.u < Real(1e6));
        result.accepted = finite & (ratio <= Real(1.0));

        const Real factor = Real(0.9) * approximate_inverse_fifth_root(min(max(ratio, Real(1e-8)), Real(1e8)));
        const Real clamped = min(max(factor, Real(0.2)), Real(5.0));
        const Real scale = select(finite, clamped, Real(0.2));
        // an accepted last step was cut short by the end of its leg, not by its error: nothing to learn from it
        trajectory.step = size * scale;
        trajectory.attempts = trajectory.attempts + Real(1.0);
        const Trajectory<Real> before = trajectory;
        trajectory.time = select(result.accepted, select(last, leg_end, trajectory.time + size), trajectory.time);
        move(trajectory, result.accepted, next, result.attempt.rate);
        if constexpr (kind == FieldProgram::general) {
            stop_at_edge(trajectory, before, result, edge);
            follow_schedule(trajectory, result.accepted);
            trajectory.stiff = stiffness_of(trajectory, result);
        }
        // The exact flow stays admissible; a computed one at the edge (always so at d = 2) leaves it by the step's
        // error, and outside |m| <= 1 the field runs away. A lane that did not leave keeps its bits.
        const Mask outside = result.accepted & is_outside(trajectory.state);
        if (any(outside)) {
            Trajectory<Real> inside = trajectory;
            inside.state = projected(trajectory.state);
            move(trajectory, outside, inside.state, rate_of(inside));
        }
        if constexpr (kind == FieldProgram::general)
            trajectory.aligned_time =
                trajectory.aligned_time +
                problem_.rule.aligned_share(before.state, trajectory.state, trajectory.time - before.time);
        result.end = end_of(trajectory, result.accepted);
        return result;
    }

    // Class of a trajectory that ended at `state` in the way `end`.
    MC_HOST_DEVICE static Outcome classify(const GradientFlowPayload& problem, const OrderParameters<double>& state,
                                           double end) {
        if (end == ended_out_of_steps) return Outcome::failed;
        if (end == ended_at_end_time) {
            const Outcome outcome = problem.rule(state, weight1_of(problem, state));
            return problem.limit_reading && outcome != Outcome::failed ? Outcome::undecided : outcome;
        }
        return static_cast<Outcome>(static_cast<int>(end));
    }

private:
    // Boxes of a problem with fixed weights have no range of the weight.
    MC_HOST_DEVICE Real trap_of(const State& y) const {
        if constexpr (kind == FieldProgram::general)
            if (problem_.flow.geometry != WeightGeometry::fixed)
                return problem_.traps.template operator()<WeightRange::tested>(y);
        return problem_.traps(y);
    }

    // Rates at `y`. edge: the lanes whose step began on the edge of the simplex, where its projection holds them back.
    MC_HOST_DEVICE State rate_at(const State& y, Real beta, Mask edge) const {
        if constexpr (kind == FieldProgram::lean) {
            return problem_.flow(y, beta);
        } else {
            State rate = problem_.flow.general(y, beta);
            if (problem_.flow.geometry == WeightGeometry::simplex)
                rate.weight = select(edge & is_held_at_edge(y.weight, rate.weight), Real(0.0), rate.weight);
            return rate;
        }
    }

    MC_HOST_DEVICE State rate_of(const Trajectory<Real>& trajectory) const {
        return rate_at(trajectory.state, beta_of(trajectory, trajectory.time), on_edge(trajectory.state));
    }

    MC_HOST_DEVICE static Mask on_edge(const State& y) { return (y.weight <= Real(0.0)) | (y.weight >= Real(1.0)); }

    // Lanes whose target is not tempered any more.
    MC_HOST_DEVICE Mask is_annealed(const Trajectory<Real>& trajectory) const {
        if (is_adaptive(problem_.annealing)) return trajectory.beta >= Real(1.0);
        return trajectory.time >= Real(problem_.annealing_end);
    }

    // Steps do not cross the end of the schedule, nor a raise of an adaptive one.
    MC_HOST_DEVICE Real end_of_leg(const Trajectory<Real>& trajectory) const {
        const Real end_time = Real(problem_.end_time);
        if constexpr (kind == FieldProgram::lean) {
            return end_time;
        } else {
            const Real change = is_adaptive(problem_.annealing) ? trajectory.next_raise : Real(problem_.annealing_end);
            return select((!is_annealed(trajectory)) & (change < end_time), change, end_time);
        }
    }

    // At the end of the schedule beta becomes 1 exactly; the last stage was still a rounding error before it. An
    // adaptive one is raised.
    MC_HOST_DEVICE void follow_schedule(Trajectory<Real>& trajectory, Mask accepted) const {
        if (problem_.annealing_end <= 0.0) return;
        const bool adaptive = is_adaptive(problem_.annealing);
        const Real change = adaptive ? trajectory.next_raise : Real(problem_.annealing_end);
        const Mask changes = accepted & (trajectory.time == change);
        if (!any(changes)) return;
        if (adaptive) {
            const State& y = trajectory.state;
            const Real raised = problem_.adaptive.raised(trajectory.beta, weights_at(y), y.m1, y.m2);
            trajectory.beta = select(changes, raised, trajectory.beta);
            trajectory.next_raise = select(changes, change + Real(problem_.annealing.time), change);
        }
        move(trajectory, changes, trajectory.state, rate_of(trajectory));
    }

    MC_HOST_DEVICE Weights<Real> weights_at(const State& y) const {
        if (problem_.flow.geometry == WeightGeometry::fixed)
            return {Real(problem_.flow.weight1), Real(problem_.flow.weight2)};
        return weights_of(problem_.flow.geometry, y.weight);
    }

    // Replaces `attempt` by `other` in the given lanes.
    MC_HOST_DEVICE static void take(StepAttempt<Real>& attempt, Mask lanes, const StepAttempt<Real>& other) {
        attempt.state = chosen(lanes, other.state, attempt.state);
        attempt.rate = chosen(lanes, other.rate, attempt.rate);
        attempt.error = chosen(lanes, other.error, attempt.error);
        attempt.dense = chosen(lanes, other.dense, attempt.dense);
        attempt.stiffness = select(lanes, other.stiffness, attempt.stiffness);
    }

    MC_HOST_DEVICE static State chosen(Mask lanes, const State& yes, const State& no) {
        return {select(lanes, yes.m1, no.m1), select(lanes, yes.m2, no.m2), select(lanes, yes.u, no.u),
                select(lanes, yes.weight, no.weight)};
    }

    // Shall the next step be linearly implicit? From where an explicit one would be near its stability bound (3.3)
    // until half of that would do. Needs a constant beta, a weight off the edge, and a tolerance that its Jacobian can
    // serve.
    MC_HOST_DEVICE Real stiffness_of(const Trajectory<Real>& trajectory, const Advance<Real>& step) const {
        if (problem_.flow.geometry != WeightGeometry::simplex || sizeof(ScalarOf<Real>) == 4 ||
            problem_.integrator.tolerance < 1e-9)
            return Real(0.0);
        const Mask was = trajectory.stiff > Real(0.0);
        const Mask is = step.attempt.stiffness > select(was, Real(0.5), Real(2.0));
        const Mask stiff =
            ((step.accepted & is) | (was & !step.accepted)) & is_annealed(trajectory) & !on_edge(trajectory.state);
        return select(stiff, Real(1.0), Real(0.0));
    }

    MC_HOST_DEVICE Real error_ratio(const State& next, const State& error) const {
        const IntegratorOptions& options = problem_.integrator;
        const Real alignment_floor = Real(options.alignment_floor);
        const Real r1 = abs(error.m1) / max(abs(next.m1), alignment_floor);
        const Real r2 = abs(error.m2) / max(abs(next.m2), alignment_floor);
        const Real r3 = abs(error.u) / max(abs(next.u), Real(options.overlap_floor));
        Real largest = max(r1, max(r2, r3));
        if constexpr (kind == FieldProgram::general)
            largest = max(abs(error.weight) / max(abs(next.weight), Real(options.weight_floor)), largest);
        return largest * Real(1.0 / options.tolerance);
    }

    MC_HOST_DEVICE static void move(Trajectory<Real>& trajectory, Mask lanes, const State& state, const State& rate) {
        trajectory.state.m1 = select(lanes, state.m1, trajectory.state.m1);
        trajectory.state.m2 = select(lanes, state.m2, trajectory.state.m2);
        trajectory.state.u = select(lanes, state.u, trajectory.state.u);
        trajectory.rate.m1 = select(lanes, rate.m1, trajectory.rate.m1);
        trajectory.rate.m2 = select(lanes, rate.m2, trajectory.rate.m2);
        trajectory.rate.u = select(lanes, rate.u, trajectory.rate.u);
        if constexpr (kind == FieldProgram::general) {
            trajectory.state.weight = select(lanes, state.weight, trajectory.state.weight);
            trajectory.rate.weight = select(lanes, rate.weight, trajectory.rate.weight);
        }
    }

    // Lanes whose w1 left [0, 1] in this step are taken back to where it reached the edge, found on the continuous
    // extension.
    MC_HOST_DEVICE_CALL void stop_at_edge(Trajectory<Real>& trajectory, const Trajectory<Real>& before,
                                          const Advance<Real>& step, Mask began_on_edge) const {
        if (problem_.flow.geometry != WeightGeometry::simplex) return;
        const Real w = trajectory.state.weight;
        const Mask left = step.accepted & ((w < Real(0.0)) | (w > Real(1.0)));
        if (!any(left)) return;
        const Real edge = select(w < Real(0.5), Real(0.0), Real(1.0));
        const Real side = select(w < Real(0.5), Real(1.0), Real(-1.0));  // side (w1 - edge) > 0 inside
        Real low = Real(0.0), high = Real(1.0);
        for (int i = 0; i < 50; ++i) {
            const Real middle = Real(0.5) * (low + high);
            const Real there =
                interpolate_component(before.state.weight, before.rate.weight, step.attempt.state.weight,
                                      step.attempt.rate.weight, step.attempt.dense.weight, step.size, middle);
            const Mask inside = side * (there - edge) > Real(0.0);
            low = select(inside, middle, low);
            high = select(inside, high, middle);
        }
        const Mask reached =
            left & !began_on_edge;  // a step that began on the edge left it by a rounding error: only put back
        State at_edge = interpolate<kind>(before.state, before.rate, step.attempt, step.size, high);
        at_edge.m1 = select(reached, at_edge.m1, trajectory.state.m1);
        at_edge.m2 = select(reached, at_edge.m2, trajectory.state.m2);
        at_edge.u = select(reached, at_edge.u, trajectory.state.u);
        at_edge.weight = edge;
        trajectory.time = select(reached, fma(high, step.size, before.time), trajectory.time);
        move(trajectory, left, at_edge, rate_at(at_edge, beta_of(trajectory, trajectory.time), left));
    }

    MC_HOST_DEVICE Real end_of(const Trajectory<Real>& trajectory, Mask accepted) const {
        const Real none = Real(TrappingSet::none);
        Real end = trap_of(trajectory.state);
        if constexpr (kind == FieldProgram::general) end = select(is_annealed(trajectory), end, none);
        end = select((end == none) & (accepted & (trajectory.time >= Real(problem_.end_time))), Real(ended_at_end_time),
                     end);
        return select((end == none) & (trajectory.attempts >= Real(problem_.integrator.maximum_steps)),
                      Real(ended_out_of_steps), end);
    }

    const GradientFlowPayload& problem_;
};

}  // namespace modecollapse
