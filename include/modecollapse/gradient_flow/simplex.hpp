// The weight on the projected simplex, step by step: dw/dt = -D/2, w the lighter of the two weights (PHYSICS section 3).
//
// Near w = 0 the gap in D goes like log w, down to where log w = -k and beyond. So a light weight moves at a rate of order
// one while it is far from where the gap balances the target, D = 0. There it comes to rest within a time of the order
// of w itself, and follows that place from then on, which may be at e^{-R^2} and moves with the means.
//
//   on its way   w is carried by explicit steps, to an absolute error: what it forgets at rest needs no digits
//   at rest      its log-odds are carried by linearly implicit steps (gradient_flow/rosenbrock.hpp), to a relative error of w
//   negligible   at rest so fast that it is where D = 0 was a delay ago, after an explicit step of the means
//   landing      explicit steps that cross w = 0 although D < 0 there have passed the place of rest: w is put there
//   on the edge  w = 0, reached where D > 0 there, is held until D changes sign; both times are located
#pragma once

#include "modecollapse/gradient_flow/place_of_rest.hpp"
#include "modecollapse/gradient_flow/rosenbrock.hpp"

namespace modecollapse {

template <class Real>
class SimplexSteps {
    using State = OrderParameters<Real>;
    using Mask = MaskOf<Real>;
    using Light = LightWeight<Real>;

public:
    MC_HOST_DEVICE explicit SimplexSteps(const GradientFlowPayload& problem) : problem_(problem), rest_(problem) {}

    MC_HOST_DEVICE static Mask is_on_edge(const Light& light) { return light.value <= Real(0.0); }
    // Which steps carry its log-odds: linearly implicit ones, or those of a negligible weight.
    MC_HOST_DEVICE static Mask is_implicit(const Light& light) { return light.stiff == Real(1.0); }
    MC_HOST_DEVICE static Mask is_negligible(const Light& light) { return light.stiff == Real(2.0); }
    MC_HOST_DEVICE static Mask is_in_log_odds(const Light& light) { return light.stiff > Real(0.0); }

    // State and rate in the coordinate of the weight that the next step carries.
    MC_HOST_DEVICE static State carried(const Trajectory<Real>& trajectory) {
        const Light& light = trajectory.light;
        State y = trajectory.state;
        y.weight = select(is_in_log_odds(light),
                          log_odds_of_weights(Weights<Real>{light.value, Real(1.0) - light.value}), light.value);
        return y;
    }
    MC_HOST_DEVICE static State carried_rate(const Trajectory<Real>& trajectory) {
        const Light& light = trajectory.light;
        State rate = trajectory.rate;
        const Real by_log_odds = light.rate / max(light.value * (Real(1.0) - light.value), Real(least_weight<Real>));
        rate.weight = select(is_on_edge(light), Real(0.0), select(is_in_log_odds(light), by_log_odds, light.rate));
        return rate;
    }

    // Rates of an explicit step, whose coordinate is the light weight; the lanes of `edge` are held there.
    MC_HOST_DEVICE State rates(const State& y, Real beta, Mask edge, Light& light) const {
        const Weights<Real> weights = weights_of(WeightGeometry::simplex, y.weight);
        WeightDrive<Real> drive;
        State rate = at_weights(y, weights, log_odds_of_weights(weights), beta, light.side < Real(0.0), drive);
        rest_.drive_by(drive, weights, light);
        rate.weight = select(edge, Real(0.0), light.rate);
        return rate;
    }

    // The field of a linearly implicit step, whose coordinate is the log-odds of the light weight. Beta: (node) -> inverse
    // temperature, over Real and Dual numbers. `light` becomes what it is where the field was evaluated last.
    template <class Beta>
    struct StiffField {
        const SimplexSteps& steps;
        const Beta& beta;
        Light& light;
        MC_HOST_DEVICE State operator()(const State& y, double node) const {
            Weights<Real> weights;
            WeightDrive<Real> drive;
            const State rate = steps.rates_of_log_odds(y, beta(Real(node)), light, weights, drive);
            steps.rest_.drive_by(drive, weights, light);
            return rate;
        }
        template <int n>
        MC_HOST_DEVICE OrderParameters<Dual<Real, n>> operator()(const OrderParameters<Dual<Real, n>>& y,
                                                                 const Dual<Real, n>& node) const {
            Weights<Dual<Real, n>> weights;
            WeightDrive<Dual<Real, n>> drive;
            return steps.rates_of_log_odds(y, beta(node), light, weights, drive);
        }
    };

    // The weight that the coordinate of a step from `before` stands for.
    MC_HOST_DEVICE static Real weight_at(const Light& before, Real coordinate) {
        return select(is_in_log_odds(before), weights_of_log_odds(coordinate).first, coordinate);
    }

    // Error of the weight against what is allowed, the tolerance aside.
    MC_HOST_DEVICE Real error_ratio(const Light& before, const Light& after, Real error) const {
        const Real floor = Real(problem_.integrator.weight_floor), gap_floor = Real(problem_.integrator.gap_floor);
        const Real least = Real(least_weight<Real>), size = abs(after.value);
        // an error of the means of the same size moves the place of rest by R^2 of its logarithm
        const Real logarithm = max(-log(max(size, least)), max(radius_squared(), Real(1.0)));
        const Real on_its_way = floor * min(min(abs(before.rate), abs(after.rate)), Real(1.0));
        const Real in_the_gap = min(gap_floor / max(after.decay, least), floor);
        const Real explicitly = abs(error) / max(size * logarithm, max(on_its_way, in_the_gap));
        // at rest: of its logarithm, where the gap tells; and D must be no more than
        // the motion of the means, R^2 a unit of time, makes it
        const Real slope = Real(2.0) * max(before.decay * before.value, after.decay * size);
        // its error is forgotten within 1/decay, and the means feel w of it
        const Real forgotten = min(max(Real(0.5) / (max(size, least) * logarithm), Real(1.0)), Real(8.0));
        const Real of_logarithm = abs(error) / max(forgotten * logarithm, gap_floor / max(slope, least));
        const Real off_rest = Real(problem_.integrator.tolerance) * abs(after.rate) / rate_at_rest(after);
        const Mask left = (!is_negligible(before)) & (!is_at_rest(after));
        const Real in_log_odds = select(left, max(of_logarithm, off_rest), of_logarithm);
        return select(is_in_log_odds(before), in_log_odds, explicitly);
    }

    // Could the step have ended there? Not beyond the other edge; beyond its own one only if D drives it there, or if the
    // place of rest has been passed.
    MC_HOST_DEVICE Mask is_possible(const Light& before, const Light& after) const {
        const Mask inside = after.value > Real(least_weight<Real>);
        const Mask falls = (!is_in_log_odds(before)) & ((before.rate < Real(0.0)) | (before.decay <= Real(0.0)));
        const Mask passes = (after.decay <= Real(0.0)) | falls | has_fallen(after);
        const Real most = select(is_negligible(before), Real(0.01), Real(0.9));
        return is_on_edge(before) | ((inside | passes) & (after.value < most));
    }

    // The weight after an accepted step from `before`, `after` as its end left it: its events, and which one is lighter.
    MC_HOST_DEVICE_CALL void follow(Trajectory<Real>& trajectory, const Trajectory<Real>& before,
                                    const Advance<Real>& step, Light after) const {
        const Mask edge = is_on_edge(before.light);
        const Mask crossed =
            step.accepted & (!edge) & (!is_negligible(before.light)) & (after.value <= Real(least_weight<Real>));
        const Mask released = step.accepted & edge & (after.decay > Real(0.0));
        // an explicit step that ends nearer to 0 than its error allows is as good as across
        const Real resolved = Real(10.0 * problem_.integrator.tolerance * problem_.integrator.weight_floor);
        const Mask landed = step.accepted & (!edge) & (!is_in_log_odds(before.light)) & (after.decay > Real(0.0)) &
                            (after.value > Real(least_weight<Real>)) & (after.value < resolved) &
                            (max(before.light.rate, after.rate) < Real(-0.2));
        if (any(landed)) {
            const Real beta = beta_of(problem_, trajectory, trajectory.time);
            after.value = select(landed, rest_.weight(trajectory.state, beta, landed, after), after.value);
            trajectory.step =
                select(landed, max(trajectory.step, Real(problem_.integrator.landed_step)), trajectory.step);
        }
        // a weight whose place of rest has come down to the edge
        const Mask dropped = step.accepted & (!edge) & ((after.decay <= Real(0.0)) | has_fallen(after)) &
                             (after.value < resolved) & (!crossed);
        after.value = select(dropped, Real(0.0), after.value);
        const Mask event = crossed | released | landed | dropped;
        if (any(crossed | released)) stop_at_event(trajectory, before, step, crossed, released, after);
        const Mask heavier = after.value > Real(0.5);
        after.value = select(heavier, Real(1.0) - after.value, after.value);
        after.side = select(heavier, -after.side, after.side);
        after.rate = select(heavier, -after.rate, after.rate);
        trajectory.light = chosen<Real>(step.accepted, after, before.light);
        trajectory.state.weight = trajectory.light.first();
        if (any(event)) settle(trajectory, event);
    }

    // Rates where the trajectory stands, in the given lanes.
    MC_HOST_DEVICE void settle(Trajectory<Real>& trajectory, Mask lanes) const {
        Light light = trajectory.light;
        State y = trajectory.state;
        y.weight = light.value;
        const State rate = rates(y, beta_of(problem_, trajectory, trajectory.time), is_on_edge(light), light);
        trajectory.rate = chosen<Real>(lanes, rate, trajectory.rate);
        trajectory.light = chosen<Real>(lanes, light, trajectory.light);
    }

    // State within an accepted step that began at `before`, with the light weight as its weight.
    MC_HOST_DEVICE State within(const Trajectory<Real>& before, const Advance<Real>& step, Real fraction) const {
        State y = interpolate<FieldProgram::general>(carried(before), step.attempt, step.size, fraction);
        y.weight = weight_at(before.light, y.weight);
        const Mask negligible = is_negligible(before.light);
        if (any(negligible)) {
            const Real beta = beta_of(problem_, before, fma(fraction, step.size, before.time));
            Real behind;
            rest_.weight(y, beta, negligible, before.light, behind);
            const Real earlier = fraction - behind / step.size;
            const State then = interpolate<FieldProgram::general>(carried(before), step.attempt, step.size, earlier);
            const Real beta_then = beta_of(problem_, before, fma(earlier, step.size, before.time));
            y.weight = select(negligible, rest_.weight(then, beta_then, negligible, before.light), y.weight);
        }
        return y;
    }

    // Shall the next step be linearly implicit (1), or that of a negligible weight (2)? Where the weight is at rest and
    // explicit steps, whose error there grows like (step decay)^5, would have to stay near what they are.
    MC_HOST_DEVICE Real stiffness(const Light& light, Real step) const {
        const Real bound = select(is_in_log_odds(light), Real(0.3), Real(0.5));
        const Mask worth = (step * light.decay > bound) & (light.decay > Real(10.0));
        // its place a delay ago says where it is
        const Real logarithm = max(-log(max(light.value, Real(least_weight<Real>))), max(radius_squared(), Real(1.0)));
        const Real speed = abs(light.rate) / max(light.value, Real(least_weight<Real>));
        const Mask negligible =
            PlaceOfRest<Real>::delay_error(speed, light.decay) < Real(2.0 * problem_.integrator.tolerance) * logarithm;
        const Real kind = select(negligible & (light.value < Real(0.002)), Real(2.0), Real(1.0));
        return select(worth & is_at_rest(light) & (!is_on_edge(light)), kind, Real(0.0));
    }

    // Weights too small for the tolerance that are not at rest although they should have come there long ago (an explicit
    // step that found a rest of its own, a projection that moved a mean by its rounding): puts them there.
    MC_HOST_DEVICE_CALL void put_to_rest(Trajectory<Real>& trajectory) const {
        const Light& light = trajectory.light;
        const Real negligible = Real(10.0 * problem_.integrator.tolerance * problem_.integrator.weight_floor);
        const Mask off = (!is_on_edge(light)) & (light.value < negligible) &
                         (light.decay * trajectory.step > Real(3.0)) & (!is_at_rest(light));
        if (!any(off)) return;
        const Real beta = beta_of(problem_, trajectory, trajectory.time);
        trajectory.light.value = select(off, rest_.weight(trajectory.state, beta, off, light), light.value);
        trajectory.state.weight = trajectory.light.first();
        settle(trajectory, off);
    }

    // By how much shorter the next step should be because the weight has fallen: what it does next scales with it.
    MC_HOST_DEVICE static Real shortening(const Light& before, const Light& after) {
        const Real share = min(max(after.value / max(before.value, Real(least_weight<Real>)), Real(0.2)), Real(1.0));
        return select(is_in_log_odds(before) | is_on_edge(before), Real(1.0), share);
    }

    // The longest explicit step of a weight that falls: it would reach 0 a little later at this rate.
    MC_HOST_DEVICE static Real reach(const Light& light) {
        const Real falling = max(-light.rate, Real(least_weight<Real>));
        return select(is_in_log_odds(light) | is_on_edge(light), Real(1e30), Real(0.7) * light.value / falling);
    }

private:
    // The field at given weights of the lighter and the heavier component. second: the lighter one is the second.
    template <class Number>
    MC_HOST_DEVICE OrderParameters<Number> at_weights(const OrderParameters<Number>& y, const Weights<Number>& weights,
                                                      Number lambda, Number beta, Mask second,
                                                      WeightDrive<Number>& drive) const {
        return turned(problem_.flow.at_weights(turned(y, second), weights, lambda, beta, drive), second);
    }

    // With log-odds as coordinate: d lambda / dt = -D / (2 w1 w2). A weight at rest lags behind by its own size times R^2, so
    // where it is below the tolerance w1 w2 is taken from the beginning of the step, which leaves the field smoother.
    template <class Number>
    MC_HOST_DEVICE OrderParameters<Number> rates_of_log_odds(const OrderParameters<Number>& y, Number beta,
                                                             const Light& begin, Weights<Number>& weights,
                                                             WeightDrive<Number>& drive) const {
        const Number lambda = max(y.weight, Number(PlaceOfRest<Real>::least_log_odds()));
        weights = weights_of_log_odds(lambda);
        OrderParameters<Number> rate = at_weights(y, weights, lambda, beta, begin.side < Real(0.0), drive);
        const Mask negligible = begin.value < Real(problem_.integrator.tolerance);
        // not divided by w1 w2: the derivative of a quotient squares it
        const Number fixed = Number(Real(1.0) / max(begin.value, Real(least_weight<Real>)));
        const Number mobility = select(negligible, fixed, Number(1.0) / (weights.first * weights.second));
        rate.weight = free_weight_rate(WeightGeometry::simplex, weights, drive.difference) * mobility;
        return rate;
    }

    // The largest rate of a weight at rest: what the motion of the means makes it, and the error of D.
    MC_HOST_DEVICE Real rate_at_rest(const Light& light) const {
        const Real moving = Real(2.0) * radius_squared() / max(light.decay, Real(least_weight<Real>));
        const Real error = fma(Real(100.0) * light.decay, abs(light.value), Real(problem_.integrator.gap_floor));
        return fma(Real(problem_.integrator.tolerance), error, moving);
    }

    // Too light to be told from 0, and driven down.
    MC_HOST_DEVICE static Mask has_fallen(const Light& light) {
        return (light.value <= Real(1.001 * least_weight<Real>)) & (light.rate < Real(0.0));
    }

    MC_HOST_DEVICE Mask is_at_rest(const Light& light) const { return abs(light.rate) < rate_at_rest(light); }

    MC_HOST_DEVICE Real radius_squared() const { return Real(problem_.flow.gap.radius_squared); }

    // Takes the lanes that crossed the edge, or whose rate on it turned positive, back to where that was.
    MC_HOST_DEVICE void stop_at_event(Trajectory<Real>& trajectory, const Trajectory<Real>& before,
                                      const Advance<Real>& step, Mask crossed, Mask released, Light& after) const {
        const Real least = Real(least_weight<Real>);
        const Mask event = crossed | released;
        Real low = Real(0.0), high = Real(1.0);
        Light there = before.light;
        for (int i = 0; i < 50; ++i) {
            const Real middle = Real(0.5) * (low + high);
            State y = within(before, step, middle);
            Mask passed = y.weight <= least;
            if (any(released)) {
                y.weight = Real(0.0);
                rates(y, beta_of(problem_, before, fma(middle, step.size, before.time)), released, there);
                passed = (crossed & passed) | (released & (there.decay > Real(0.0)));
            }
            low = select(passed, low, middle);
            high = select(passed, middle, high);
        }
        State y = within(before, step, high);
        const Real time = fma(high, step.size, before.time), beta = beta_of(problem_, before, time);
        y.weight = Real(0.0);
        rates(y, beta, released, there);
        const Mask rests = event & (there.decay > Real(0.0));
        const Real weight =
            any(rests) ? select(rests, rest_.weight(y, beta, rests, before.light), Real(0.0)) : Real(0.0);
        trajectory.time = select(event, time, trajectory.time);
        trajectory.state = chosen<Real>(event, y, trajectory.state);
        after.value = select(event, weight, after.value);
    }

    const GradientFlowPayload& problem_;
    PlaceOfRest<Real> rest_;
};

}  // namespace modecollapse
