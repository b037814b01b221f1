// Where the light weight on the projected simplex rests, and the steps of one that is negligible there (simplex.hpp).
//
// The place of rest solves D = 0, which is convex in the log-odds, by Newton's method. A weight w lags behind it by R^2 w of
// its logarithm. Below a tenth of the tolerance that is less than is allowed, and the means hardly feel the weight: they take
// an explicit step in which it stays what it is, and at its end it is put where it rests.
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

    // The log-odds at which D = 0, in the given lanes, by Newton's method: from above, where D is convex, it goes straight
    // there. y: the lighter component as the first. drive: becomes that there.
    MC_HOST_DEVICE Real log_odds(const State& y, Real beta, Mask lanes, Real lambda, WeightDrive<Real>& drive) const {
        const Real close = Real(sizeof(ScalarOf<Real>) == 4 ? 3e-4 : 1e-8);  // its error is the square of this
        Mask moves = lanes;
        for (int i = 0; i < 60 && any(moves); ++i) {
            const WeightDrive<Real> there = problem_.flow.drive_at(y, lambda, beta);
            const Real newton = lambda - there.difference / max(there.slope, Real(1e-30));
            const Real next = min(max(newton, Real(least_log_odds())), Real(0.0));
            const Mask far = abs(next - lambda) > close * max(abs(lambda), Real(1.0));
            const Mask counts = abs(there.difference) > Real(0.01) * resolution();
            lambda = select(moves, next, lambda);
            drive = {select(moves, there.difference, drive.difference), select(moves, there.slope, drive.slope),
                     select(moves, there.at_zero, drive.at_zero)};
            moves = moves & far & counts;
        }
        return lambda;
    }

    // The light weight there: 0 where it rests nowhere.
    MC_HOST_DEVICE Real weight(const State& y, Real beta, Mask lanes, const Light& light) const {
        const Real start = Real(0.25);
        WeightDrive<Real> drive = {};
        const Real lambda = log_odds(turned(y, light.side < Real(0.0)), beta, lanes,
                                     log_odds_of_weights(Weights<Real>{start, Real(1.0) - start}), drive);
        return select(drive.at_zero < -resolution(), weights_of_log_odds(lambda).first, Real(0.0));
    }

    // A step of the means from `y`, whose weight is negligible and stays what it is but at the end, where it rests.
    // Beta: (node) -> inverse temperature. lanes: that take it. light: becomes what it is there.
    template <class Beta>
    MC_HOST_DEVICE_CALL StepAttempt<Real> attempt(const Beta& beta, const State& y, const State& rate, Real h,
                                                  Mask lanes, Light& light) const {
        const Mask second = light.side < Real(0.0);
        const Weights<Real> held = weights_of_log_odds(y.weight);
        const Real slope = Real(2.0) * light.decay * held.first * held.second;
        const auto field = [&](const State& at, double node) {
            State there =
                turned(problem_.flow.rate_of_means(turned(at, second), held, slope, beta(Real(node))), second);
            there.weight = Real(0.0);
            return there;
        };
        StepAttempt<Real> step = attempt_step<FieldProgram::general>(field, y, rate, h);
        WeightDrive<Real> drive = {};
        const State end = turned(step.state, second);
        step.state.weight = log_odds(end, beta(Real(1.0)), lanes, y.weight, drive);
        const Weights<Real> weights = weights_of_log_odds(step.state.weight);
        drive_by(drive, weights, light);
        light.rate = Real(0.0);
        // what the means feel of the weight's change, to first order
        const State settled = turned(problem_.flow.rate_of_means(end, weights, drive.slope, beta(Real(1.0))), second);
        step.error = {abs(step.error.m1) + abs(h * (settled.m1 - step.rate.m1)),
                      abs(step.error.m2) + abs(h * (settled.m2 - step.rate.m2)),
                      abs(step.error.u) + abs(h * (settled.u - step.rate.u)), Real(0.0)};
        // an error of the means moves D by R^2 of it
        const Real of_means = step.error.m1 + step.error.m2 + step.error.u;
        step.error.weight =
            Real(problem_.flow.gap.radius_squared) * of_means / max(drive.slope, Real(least_weight<Real>));
        step.rate = {settled.m1, settled.m2, settled.u, Real(0.0)};
        step.right = step.rate;
        return step;
    }

private:
    const GradientFlowPayload& problem_;
};

}  // namespace modecollapse
