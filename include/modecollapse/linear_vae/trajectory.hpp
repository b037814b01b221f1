// One trajectory of the closed flow of a linear VAE, from its start to the horizon; with a SIMD pack as number type, one
// independent trajectory a lane.
//
// The step size follows the embedded error estimate (integrate/step_control.hpp), err = max_i |e_i| / (tol max(|y_i|, floor_i)). The floor of m and d is s0 / sqrt N, the size of their start: an error that is small against 1
// could still turn the sign of m at large N. Steps end at the corners of the KL weight. Under the inverse-Lipschitz
// constraint the field is the projected one. A state that has come to the stable end of the flow stays as it is.
#pragma once

#include "modecollapse/integrate/dormand_prince.hpp"
#include "modecollapse/integrate/step_control.hpp"
#include "modecollapse/linear_vae/field.hpp"
#include "modecollapse/linear_vae/inverse_lipschitz.hpp"
#include "modecollapse/linear_vae/settled.hpp"

namespace modecollapse::linear_vae {

template <class RealType, class ShapeType>
struct Trajectory {
    using Real = RealType;
    using Shape = ShapeType;
    State<Real, Shape> state;
    State<Real, Shape> rate;
    Real theta;
    Real step;      // size of the next attempt
    Real attempts;  // so far
    Real cycle;     // where the present cycle of the KL weight began

    template <class Function>
    void each_clock(const Trajectory& other, const Function& f) {
        f(theta, other.theta);
        f(step, other.step);
        f(attempts, other.attempts);
        f(cycle, other.cycle);
    }
};

template <class Real, class Shape>
class TrajectoryStepper {
    using StateType = State<Real, Shape>;
    using TrajectoryType = Trajectory<Real, Shape>;
    using Mask = MaskOf<Real>;

public:
    MC_HOST_DEVICE explicit TrajectoryStepper(const Payload& problem)
        : problem_(problem), field_(problem), settled_(problem) {
        floor_[0] = problem.start_scale / sqrt(problem.dimension);
        floor_[1] = problem.start_scale * problem.start_scale;
    }

    // Sets everything but the state, which the caller has set.
    MC_HOST_DEVICE void begin(TrajectoryType& trajectory) const {
        trajectory.theta = trajectory.cycle = trajectory.attempts = Real(0.0);
        trajectory.step = Real(min(0.01, problem_.horizon));
        static_cast<Shape&>(trajectory.rate) = trajectory.state;
        rates(trajectory.state, trajectory.theta, trajectory.cycle, trajectory.rate);
    }

    // One attempted step of every lane. Lanes that have ended may be advanced on; the caller ignores them. Returns how
    // each lane stands.
    MC_HOST_DEVICE Real advance(TrajectoryType& trajectory) const {
        return advance(trajectory, [](const StateType&, const StateType&, const StateType*, Real, Mask) {});
    }

    // The same, calling seen(before, after, rates, size, accepted) before the trajectory moves.
    template <class Seen>
    MC_HOST_DEVICE Real advance(TrajectoryType& trajectory, const Seen& seen) const {
        const Real horizon = Real(problem_.horizon);
        const Real leg_end = problem_.kl_weight.next_corner(trajectory.theta, trajectory.cycle, horizon);
        const Real remaining = leg_end - trajectory.theta;
        const Mask last = trajectory.step >= remaining;
        const Real size = select(last, remaining, trajectory.step);
        StateType rates_of_stages[dormand_prince_5::stages];
        StateType next = like(trajectory.state);
        for (auto& stage : rates_of_stages) static_cast<Shape&>(stage) = trajectory.state;
        rates_of_stages[0] = trajectory.rate;
        const auto field = [&](const StateType& y, double node, StateType& rate) {
            rates(y, fma(Real(node), size, trajectory.theta), trajectory.cycle, rate);
        };
        dormand_prince_5::attempt(field, trajectory.state, size, rates_of_stages, next);

        Mask finite = size == size;
        const Real ratio = error_ratio(next, rates_of_stages, size, finite);
        const Mask accepted = finite & (ratio <= Real(1.0));
        seen(trajectory.state, next, rates_of_stages, size, accepted);
        const Real scale = step_factor(ratio, finite);
        // a step cut short by the end of its leg says nothing against a longer one
        trajectory.step = select(accepted & last, max(trajectory.step, size * scale), size * scale);
        trajectory.attempts = trajectory.attempts + Real(1.0);
        trajectory.theta = select(accepted, select(last, leg_end, trajectory.theta + size), trajectory.theta);
        const StateType& rate = rates_of_stages[dormand_prince_5::stages - 1];
        MC_UNROLL(Shape::unrolled_entries)
        for (int i = 0; i < next.size(); ++i) {
            trajectory.state.at(i) = select(accepted, next.at(i), trajectory.state.at(i));
            trajectory.rate.at(i) = select(accepted, rate.at(i), trajectory.rate.at(i));
        }
        begin_cycle(trajectory, accepted & last);
        const Mask settled =
            accepted & settled_(trajectory.state, trajectory.rate, trajectory.theta, trajectory.attempts);
        trajectory.theta = select(settled, horizon, trajectory.theta);
        const Mask stuck = (trajectory.attempts >= Real(problem_.maximum_steps)) | (trajectory.step < Real(least_step));
        return select(trajectory.theta >= horizon, Real(ended_at_horizon),
                      select(stuck, Real(ended_stuck), Real(runs_on)));
    }

    // beta at theta in the present cycle.
    MC_HOST_DEVICE Real beta_of(const TrajectoryType& trajectory, Real theta) const {
        return problem_.kl_weight(theta, trajectory.cycle);
    }

private:
    MC_HOST_DEVICE void rates(const StateType& y, Real theta, Real cycle, StateType& rate) const {
        field_(y, problem_.kl_weight(theta, cycle), rate);
        if (problem_.inverse_lipschitz > 0.0) project(problem_.inverse_lipschitz, y, rate);
    }

    // The next cycle of the KL weight after a step that ended one: there the rate is taken anew.
    MC_HOST_DEVICE void begin_cycle(TrajectoryType& trajectory, Mask corner) const {
        if (problem_.kl_weight.annealing != Annealing::cyclical) return;
        const Real end = trajectory.cycle + Real(problem_.kl_weight.time);
        const Mask next = corner & (trajectory.theta >= end);
        if (!any(next)) return;
        trajectory.cycle = select(next, end, trajectory.cycle);
        StateType rate = like(trajectory.state);
        rates(trajectory.state, trajectory.theta, trajectory.cycle, rate);
        for (int i = 0; i < rate.size(); ++i) trajectory.rate.at(i) = select(next, rate.at(i), trajectory.rate.at(i));
    }

    // finite: a lane leaves it whose step ends nowhere, or at a variance that is none.
    MC_HOST_DEVICE Real error_ratio(const StateType& next, const StateType* rates_of_stages, Real size,
                                    Mask& finite) const {
        const int of_signals = next.q_at(0, 0), of_gram = next.variance_at(0);
        Real largest = Real(0.0), scale = Real(1.0);  // of all ratios the largest, divided once
        MC_UNROLL(Shape::unrolled_entries)
        for (int i = 0; i < next.size(); ++i) {
            const double floor = i < of_signals ? floor_[0] : i < of_gram ? floor_[1] : least_variance;
            const Real e = abs(dormand_prince_5::error_of(rates_of_stages, size, i));
            const Real allowed = max(abs(next.at(i)), Real(floor));
            finite = finite & (e <= Real(1e20) * allowed) & (allowed <= Real(1e100));
            const Mask larger = e * scale > largest * allowed;
            largest = select(larger, e, largest);
            scale = select(larger, allowed, scale);
        }
        for (int a = 0; a < next.latent(); ++a) finite = finite & (next.variance(a) > Real(0.0));
        return largest / (scale * Real(problem_.tolerance));
    }

    static constexpr double least_variance = 1e-3;  // floor of D: below, its error is absolute

    const Payload& problem_;
    Field<Shape> field_;
    Settled<Shape> settled_;
    double floor_[2];  // of m and d, of Q, E and R
};

}  // namespace modecollapse::linear_vae
