// One trajectory of the closed flow, from its start to its outcome; with a SIMD pack as number type, one independent
// trajectory a lane.
//
// The step size follows the embedded error estimate (integrate/step_control.hpp), err = max_i |e_i| / (tol max(|y_i|,
// floor_i)). The floor of m is 1/sqrt(d), the size of the start: an error that is small against 1 could still turn the
// sign of m at large d. How the weight is carried on the simplex: simplex.hpp.
#pragma once

#include "modecollapse/gradient_flow/payload.hpp"
#include "modecollapse/gradient_flow/simplex.hpp"
#include "modecollapse/gradient_flow/trajectory_state.hpp"
#include "modecollapse/integrate/step_control.hpp"

namespace modecollapse {

// Numbers: what every attempt reads, the problem itself or numbers rounded and laid out for a GPU.
template <class Real, FieldProgram kind = FieldProgram::lean, class Numbers = GradientFlowPayload>
class TrajectoryStepper {
    using State = OrderParameters<Real>;
    using Mask = MaskOf<Real>;

public:
    MC_HOST_DEVICE explicit TrajectoryStepper(const GradientFlowPayload& problem)
        : TrajectoryStepper(problem, problem) {}
    MC_HOST_DEVICE TrajectoryStepper(const GradientFlowPayload& problem, const Numbers& numbers)
        : problem_(problem), numbers_(numbers), simplex_(problem), rest_(problem) {}

    MC_HOST_DEVICE Trajectory<Real> start(const State& y) const {
        Trajectory<Real> trajectory = {};
        trajectory.state = y;
        set_clock(trajectory);
        if (on_simplex()) trajectory.light = LightWeight<Real>::of(y.weight);
        settle(trajectory, trajectory.time == trajectory.time);
        return trajectory;
    }

    // What all starts have in common.
    MC_HOST_DEVICE void set_clock(Trajectory<Real>& trajectory) const {
        trajectory.time = Real(problem_.start_time);
        trajectory.step = Real(problem_.integrator.first_step);
        trajectory.attempts = trajectory.aligned_time = Real(0.0);
        if constexpr (kind == FieldProgram::lean) return;
        trajectory.beta = Real(1.0 / problem_.annealing.initial_temperature);
        trajectory.next_raise = Real(problem_.annealing.time);
    }

    // A state that lies in a trap from the start: its outcome, or TrappingSet::none.
    MC_HOST_DEVICE Real held(const State& y) const {
        if (problem_.start_time < problem_.annealing_end) return Real(TrappingSet::none);
        return trap_of(y);
    }

    // beta at `time`, within the step that begins with this trajectory: 1 where the schedule ends.
    MC_HOST_DEVICE Real beta_at(const Trajectory<Real>& trajectory, Real time) const {
        if constexpr (kind == FieldProgram::lean) return Real(numbers_.beta);
        return is_adaptive(problem_.annealing) ? trajectory.beta : modecollapse::beta_at(problem_, time);
    }

    // One attempted step of every lane. Lanes that have ended may be advanced on; the caller ignores them.
    MC_HOST_DEVICE Advance<Real> advance(Trajectory<Real>& trajectory) const {
        const Real leg_end = end_of_leg(trajectory);
        const Real remaining = leg_end - trajectory.time;
        const Mask last = trajectory.step >= remaining;
        const Real size = select(last, remaining, trajectory.step);
        Advance<Real> result;
        LightWeight<Real> light = trajectory.light;  // where the attempt ends
        if constexpr (kind == FieldProgram::lean) {
            const auto field = [&](const State& y, double) { return numbers_.flow(y, Real(numbers_.beta)); };
            result.attempt = explicit_step<kind>(numbers_, field, trajectory.state, trajectory.rate, size);
        } else if (on_simplex()) {
            result.attempt = attempt_on_simplex(trajectory, size, light);
        } else {
            const auto field = [&](const State& y, double node) {
                return rates_at(y, beta_of_node(trajectory, Real(node), size));
            };
            result.attempt = explicit_step<kind>(numbers_, field, trajectory.state, trajectory.rate, size);
        }
        result.size = size;

        const State& next = result.attempt.state;
        const Real ratio = error_ratio(next, result.attempt.error, trajectory.light, light);
        Mask finite = (ratio <= Real(1e20)) & (next.u < Real(1e6));
        if (on_simplex()) finite = finite & simplex_.is_possible(trajectory.light, light);
        result.accepted = finite & (ratio <= Real(1.0));

        const Real scale = step_factor(ratio, finite);
        const Real shorter =
            on_simplex() ? select(result.accepted, simplex_.shortening(trajectory.light, light), Real(1.0)) : Real(1.0);
        // an accepted last step was cut short by the end of its leg, not by its error: nothing to learn from it
        trajectory.step = size * scale * shorter;
        trajectory.attempts = trajectory.attempts + Real(1.0);
        const Trajectory<Real> before = trajectory;
        trajectory.time = select(result.accepted, select(last, leg_end, trajectory.time + size), trajectory.time);
        move(trajectory, result.accepted, next, result.attempt.rate);
        if constexpr (kind != FieldProgram::lean) {
            if (on_simplex()) simplex_.follow(trajectory, before, result, light);
            follow_schedule(trajectory, result.accepted);
        }
        // The exact flow stays admissible; a computed one at the edge (always so at d = 2) leaves it by the step's
        // error, and outside |m| <= 1 the field runs away. A lane that did not leave keeps its bits.
        const Mask outside = result.accepted & is_outside(trajectory.state);
        if (any(outside)) {
            const State inside = on_simplex() ? projected_nearby(trajectory.state) : projected(trajectory.state);
            move(trajectory, outside, inside, trajectory.rate);
            settle(trajectory, outside);
        }
        if constexpr (kind != FieldProgram::lean) {
            if (on_simplex()) {
                simplex_.put_to_rest(trajectory);
                trajectory.step = min(trajectory.step, simplex_.reach(trajectory.light));
                trajectory.light.stiff = simplex_.stiffness(trajectory.light, trajectory.step);
                const Mask left = simplex_.is_negligible(before.light) & (!simplex_.is_negligible(trajectory.light));
                if (any(left)) settle(trajectory, left);
            }
            trajectory.aligned_time =
                trajectory.aligned_time +
                problem_.rule.aligned_share(before.state, trajectory.state, trajectory.time - before.time);
        }
        result.end = end_of(trajectory, result.accepted);
        return result;
    }

    // State at `fraction` of an accepted step from `before`, by the continuous extension: taken back to the admissible
    // set, which that leaves by its own error.
    MC_HOST_DEVICE State within(const Trajectory<Real>& before, const Advance<Real>& step, Real fraction) const {
        if (!on_simplex()) return projected_nearby(interpolate<kind>(before.state, step.attempt, step.size, fraction));
        State y = simplex_.within(before, step, fraction);
        LightWeight<Real> light = before.light;
        light.value = max(y.weight, Real(0.0));
        y.weight = light.first();
        return projected_nearby(y);
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
        if constexpr (kind == FieldProgram::coordinate || kind == FieldProgram::general)
            if (problem_.flow.geometry != WeightGeometry::fixed)
                return numbers_.traps.template operator()<WeightRange::tested>(y);
        return numbers_.traps(y);
    }

    MC_HOST_DEVICE bool on_simplex() const {
        return kind == FieldProgram::general && problem_.flow.geometry == WeightGeometry::simplex;
    }

    // Rates off the simplex.
    MC_HOST_DEVICE State rates_at(const State& y, Real beta) const {
        if constexpr (kind == FieldProgram::tempered) return numbers_.flow(y, beta);
        return problem_.flow.general(y, beta);
    }

    // Rates where the trajectory stands, in the given lanes.
    MC_HOST_DEVICE void settle(Trajectory<Real>& trajectory, Mask lanes) const {
        if constexpr (kind == FieldProgram::lean) {
            move(trajectory, lanes, trajectory.state, numbers_.flow(trajectory.state, Real(numbers_.beta)));
        } else if (on_simplex()) {
            simplex_.settle(trajectory, lanes);
        } else {
            const Real beta = beta_of(problem_, trajectory, trajectory.time);
            move(trajectory, lanes, trajectory.state, rates_at(trajectory.state, beta));
        }
    }

    // An attempt on the simplex, each lane in the coordinate of its weight. light: becomes the weight where it ends.
    MC_HOST_DEVICE StepAttempt<Real> attempt_on_simplex(const Trajectory<Real>& trajectory, Real size,
                                                        LightWeight<Real>& light) const {
        const State from = simplex_.carried(trajectory), rate = simplex_.carried_rate(trajectory);
        const Mask implicit = simplex_.is_implicit(trajectory.light), edge = simplex_.is_on_edge(trajectory.light);
        const Mask negligible = simplex_.is_negligible(trajectory.light);
        const Mask plain = !(implicit | negligible);
        const auto beta = [&](auto node) { return beta_of_node(trajectory, node, size); };
        StepAttempt<Real> attempt = {};
        if (any(implicit)) {
            const typename SimplexSteps<Real>::template StiffField<decltype(beta)> field = {simplex_, beta, light};
            attempt = attempt_stiff_step(field, from, rate, size);
        }
        if (any(negligible)) {
            LightWeight<Real> other = trajectory.light;
            take<Real>(attempt, negligible, rest_.attempt(beta, from, rate, size, negligible, other));
            light = chosen<Real>(negligible, other, light);
        }
        if (any(plain)) {
            LightWeight<Real> other = trajectory.light;
            const auto field = [&](const State& y, double node) {
                return simplex_.rates(y, beta(Real(node)), edge, other);
            };
            take<Real>(attempt, plain, explicit_step<kind>(numbers_, field, from, rate, size));
            light = chosen<Real>(plain, other, light);
        }
        light.value = simplex_.weight_at(trajectory.light, attempt.state.weight);
        return attempt;
    }
    template <class Number>
    MC_HOST_DEVICE Number beta_of_node(const Trajectory<Real>& trajectory, Number node, Real size) const {
        return beta_of(problem_, trajectory, fma(node, Number(size), Number(trajectory.time)));
    }

    // Lanes whose target is not tempered any more.
    MC_HOST_DEVICE Mask is_annealed(const Trajectory<Real>& trajectory) const {
        if (is_adaptive(problem_.annealing)) return trajectory.beta >= Real(1.0);
        return trajectory.time >= Real(problem_.annealing_end);
    }

    // Steps do not cross the end of the schedule, nor a raise of an adaptive one.
    MC_HOST_DEVICE Real end_of_leg(const Trajectory<Real>& trajectory) const {
        const Real end_time = Real(numbers_.end_time);
        if constexpr (kind == FieldProgram::lean) {
            return end_time;
        } else {
            const Real change = is_adaptive(problem_.annealing) ? trajectory.next_raise : Real(problem_.annealing_end);
            return select((!is_annealed(trajectory)) & (change < end_time), change, end_time);
        }
    }

    // At the end of the schedule beta becomes 1 exactly, to which the last stage rounds; an adaptive one is raised.
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
        settle(trajectory, changes);
    }

    MC_HOST_DEVICE Weights<Real> weights_at(const State& y) const {
        if (kind == FieldProgram::tempered || problem_.flow.geometry == WeightGeometry::fixed)
            return {Real(problem_.flow.weight1), Real(problem_.flow.weight2)};
        return weights_of(problem_.flow.geometry, y.weight);
    }

    MC_HOST_DEVICE Real error_ratio(const State& next, const State& error, const LightWeight<Real>& before,
                                    const LightWeight<Real>& after) const {
        const auto& options = numbers_.integrator;
        const Real alignment_floor = Real(options.alignment_floor);
        const Real r1 = abs(error.m1) / max(abs(next.m1), alignment_floor);
        const Real r2 = abs(error.m2) / max(abs(next.m2), alignment_floor);
        const Real r3 = abs(error.u) / max(abs(next.u), Real(options.overlap_floor));
        Real largest = max(r1, max(r2, r3));
        if constexpr (kind != FieldProgram::lean) {
            const Real r4 = on_simplex() ? simplex_.error_ratio(before, after, error.weight)
                                         : abs(error.weight) / max(abs(next.weight), Real(options.weight_floor));
            largest = max(r4, largest);
        }
        return largest * Real(options.inverse_tolerance());
    }

    MC_HOST_DEVICE static void move(Trajectory<Real>& trajectory, Mask lanes, const State& state, const State& rate) {
        trajectory.state.m1 = select(lanes, state.m1, trajectory.state.m1);
        trajectory.state.m2 = select(lanes, state.m2, trajectory.state.m2);
        trajectory.state.u = select(lanes, state.u, trajectory.state.u);
        trajectory.rate.m1 = select(lanes, rate.m1, trajectory.rate.m1);
        trajectory.rate.m2 = select(lanes, rate.m2, trajectory.rate.m2);
        trajectory.rate.u = select(lanes, rate.u, trajectory.rate.u);
        if constexpr (kind != FieldProgram::lean) {
            trajectory.state.weight = select(lanes, state.weight, trajectory.state.weight);
            trajectory.rate.weight = select(lanes, rate.weight, trajectory.rate.weight);
        }
    }

    MC_HOST_DEVICE Real end_of(const Trajectory<Real>& trajectory, Mask accepted) const {
        const Real none = Real(TrappingSet::none);
        Real end = trap_of(trajectory.state);
        if constexpr (kind != FieldProgram::lean) end = select(is_annealed(trajectory), end, none);
        end = select((end == none) & (accepted & (trajectory.time >= Real(numbers_.end_time))), Real(ended_at_end_time),
                     end);
        return select((end == none) & (trajectory.attempts >= Real(numbers_.integrator.maximum_steps)),
                      Real(ended_out_of_steps), end);
    }

    const GradientFlowPayload& problem_;
    const Numbers& numbers_;
    SimplexSteps<Real> simplex_;
    PlaceOfRest<Real> rest_;
};

}  // namespace modecollapse
