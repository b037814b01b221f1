// Where the light weight on the projected simplex rests, and the steps of one that is negligible there (simplex.hpp).
//
// The place of rest solves D = 0, which is convex in the log-odds lambda, by Newton's method. A weight lags behind it: with
// a = (dD/d lambda) / (2 w1 w2) the rate at which a deviation decays,
//
//   lambda(t) = lambda_rest(t - 1/a)   up to lambda' (lambda' + lambda'') / a^2
//
// Where that is less than is allowed the means take an explicit step in which the log-odds go on at their own speed, and at
// its end they are put where they rest.
#pragma once

#include "modecollapse/gradient_flow/trajectory_state.hpp"

namespace modecollapse {

// The two components exchanged.
template <class Number>
MC_HOST_DEVICE OrderParameters<Number> turned(const OrderParameters<Number>& y, MaskOf<Number> lanes) {
    return {select(lanes, y.m2, y.m1), select(lanes, y.m1, y.m2), y.u, y.weight};
}

template <class Real>
class PlaceOfRest {
    using State = OrderParameters<Real>;
    using Mask = MaskOf<Real>;
    using Light = LightWeight<Real>;

public:
    MC_HOST_DEVICE explicit PlaceOfRest(const GradientFlowPayload& problem) : problem_(problem) {}

    // of the least weight
    MC_HOST_DEVICE static constexpr double least_log_odds() {
        return sizeof(ScalarOf<Real>) == 4 ? -69.0775 : -690.7755;
    }

    // D at w = 0 below which (in size) the edge is not told from a place of rest next to it.
    MC_HOST_DEVICE Real resolution() const {
        return Real(problem_.integrator.gap_floor * problem_.integrator.tolerance);
    }

    // Rate and decay of a light weight.
    MC_HOST_DEVICE void drive_by(const WeightDrive<Real>& drive, const Weights<Real>& weights, Light& light) const {
        const Real decay = Real(0.5) * drive.slope / max(weights.first * weights.second, Real(least_weight<Real>));
        light.rate = free_weight_rate(WeightGeometry::simplex, weights, drive.difference);
        // on the edge D is that of the least weight: a place of rest below it is the edge
        const Real lowest = select(weights.first <= Real(0.0), max(drive.difference, drive.at_zero), drive.at_zero);
        light.decay = select(lowest < -resolution(), decay, Real(0.0));
    }

    // By how long a weight at rest is behind the means: the time in which a deviation decays, 2 w1 w2 / (dD / d lambda).
    MC_HOST_DEVICE static Real delay(const Weights<Real>& weights, Real slope) {
        return Real(2.0) * weights.first * weights.second / max(slope, Real(least_weight<Real>));
    }

    // The log-odds at rest, in the given lanes, by Newton's method: those at which D = 0 where the means were a delay ago.
    // y: the lighter component as the first; velocity: of its means. Beta: (time from there) -> inverse temperature.
    // drive: becomes that there, whose slope it begins with.
    template <class Beta>
    MC_HOST_DEVICE Real log_odds(const State& y, const State& velocity, const Beta& beta, Mask lanes, Real lambda,
                                 WeightDrive<Real>& drive) const {
        const Real least_move = Real(sizeof(ScalarOf<Real>) == 4 ? 3e-4 : 1e-8);
        Mask moves = lanes;
        for (int i = 0; i < 60 && any(moves); ++i) {
            const Real behind = -delay(weights_of_log_odds(lambda), drive.slope);
            const State before = {fma(behind, velocity.m1, y.m1), fma(behind, velocity.m2, y.m2),
                                  fma(behind, velocity.u, y.u), lambda};
            const WeightDrive<Real> there = problem_.flow.drive_at(before, lambda, beta(behind));
            const Real next = min(max(lambda + move_to_rest(there), Real(least_log_odds())), Real(0.0));
            // what is left is less than the square of the last move
            const Real size = max(abs(lambda), Real(1.0)), move = abs(next - lambda);
            const Mask far =
                (move * move > Real(0.3 * problem_.integrator.tolerance) * size) & (move > least_move * size);
            const Mask counts = abs(there.difference) > Real(0.01) * resolution();
            lambda = select(moves & counts, next, lambda);
            drive = {select(moves, there.difference, drive.difference), select(moves, there.slope, drive.slope),
                     select(moves, there.at_zero, drive.at_zero)};
            moves = moves & far & counts;
        }
        return lambda;
    }

    // Newton's move of the log-odds towards D = 0. D - D(0) grows like e^lambda where the weight is tiny, so from above it is
    // the logarithm of that which is solved for, and from below no move is longer than one of an exponential.
    MC_HOST_DEVICE Real move_to_rest(const WeightDrive<Real>& there) const {
        const Real least = Real(1e-30), newton = -there.difference / max(there.slope, least);
        const Real wanted = max(-there.at_zero, least), above = there.difference + wanted;
        const Real by_logarithm = newton * above * log(max(above / wanted, Real(1.0))) / max(there.difference, least);
        const Mask falls = (newton < Real(0.0)) & (wanted > resolution());
        return select(newton > Real(0.0), log(Real(1.0) + max(newton, Real(0.0))), select(falls, by_logarithm, newton));
    }

    // The light weight there, where the means stand still: 0 where it rests nowhere. behind: becomes its delay.
    MC_HOST_DEVICE Real weight(const State& y, Real beta, Mask lanes, const Light& light, Real& behind) const {
        const Real start = select(light.value > Real(least_weight<Real>), min(light.value, Real(0.25)), Real(0.25));
        const State still = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
        WeightDrive<Real> drive = {Real(0.0), Real(1.0), Real(0.0)};
        const Real lambda = log_odds(
            turned(y, light.side < Real(0.0)), still, [&](Real) { return beta; }, lanes,
            log_odds_of_weights(Weights<Real>{start, Real(1.0) - start}), drive);
        const Weights<Real> weights = weights_of_log_odds(lambda);
        behind = delay(weights, drive.slope);
        return select(drive.at_zero < -resolution(), weights.first, Real(0.0));
    }
    MC_HOST_DEVICE Real weight(const State& y, Real beta, Mask lanes, const Light& light) const {
        Real behind;
        return weight(y, beta, lanes, light, behind);
    }

    // Error of the log-odds that are a delay behind: of second order in it, by the speed of the log-odds.
    MC_HOST_DEVICE static Real delay_error(Real speed, Real decay) {
        const Real least = Real(least_weight<Real>);
        return speed * (speed + Real(2.0)) / max(decay * decay, least);
    }

    // A step of the means from `y`, whose weight moves on at its own speed but at the end, where it rests.
    // Beta: (node) -> inverse temperature. lanes: that take it. light: becomes what it is there.
    template <class Beta>
    MC_HOST_DEVICE_CALL StepAttempt<Real> attempt(const Beta& beta, const State& y, const State& rate, Real h,
                                                  Mask lanes, Light& light) const {
        const Mask second = light.side < Real(0.0);
        const Weights<Real> begin = weights_of_log_odds(y.weight);
        WeightDrive<Real> drive = {Real(0.0), Real(2.0) * light.decay * begin.first * begin.second, Real(0.0)};
        const Real slope = drive.slope;
        State left = rate;
        left.weight = min(max(rate.weight, -radius_squared()), min(radius_squared(), Real(1.0) / h));
        const auto field = [&](const State& at, double node) {
            const Weights<Real> weights = weights_of_log_odds(at.weight);
            State there =
                turned(problem_.flow.rate_of_means(turned(at, second), weights, slope, beta(Real(node))), second);
            there.weight = left.weight;
            return there;
        };
        StepAttempt<Real> step = attempt_step<FieldProgram::general>(field, y, left, h);
        const State end = turned(step.state, second);
        const auto beta_before = [&](Real behind) { return beta(Real(1.0) + behind / h); };
        const Real guess = min(step.state.weight, Real(0.0));
        step.state.weight = log_odds(end, turned(step.rate, second), beta_before, lanes, guess, drive);
        const Weights<Real> weights = weights_of_log_odds(step.state.weight);
        drive_by(drive, weights, light);
        const Real speed = min(max((step.state.weight - y.weight) / h, -radius_squared()), radius_squared());
        light.rate = speed * weights.first * weights.second;
        // what the means feel of the weight's not being where it was expected, which grows from 0 on
        const State settled = turned(problem_.flow.rate_of_means(end, weights, drive.slope, beta(Real(1.0))), second);
        const State late = {h * (settled.m1 - step.rate.m1), h * (settled.m2 - step.rate.m2),
                            h * (settled.u - step.rate.u), Real(0.0)};
        const Real half = Real(0.5), quarter = Real(0.25);
        step.state.m1 = fma(half, late.m1, step.state.m1);
        step.state.m2 = fma(half, late.m2, step.state.m2);
        step.state.u = fma(half, late.u, step.state.u);
        step.error = {fma(quarter, abs(late.m1), abs(step.error.m1)), fma(quarter, abs(late.m2), abs(step.error.m2)),
                      fma(quarter, abs(late.u), abs(step.error.u)), Real(0.0)};
        // an error of the means moves D by R^2 of it
        const Real of_means = step.error.m1 + step.error.m2 + step.error.u;
        const Real of_rest =
            fma(radius_squared(), of_means / max(drive.slope, Real(1e-30)), delay_error(abs(left.weight), light.decay));
        step.error.weight = select(light.decay > Real(0.0), of_rest, Real(0.0));  // it rests nowhere: on the edge
        step.rate = {settled.m1, settled.m2, settled.u, Real(0.0)};
        step.right = step.rate;
        return step;
    }

private:
    MC_HOST_DEVICE Real radius_squared() const { return Real(problem_.flow.gap.radius_squared); }

    const GradientFlowPayload& problem_;
};

}  // namespace modecollapse
