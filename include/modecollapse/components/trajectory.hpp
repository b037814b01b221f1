// One trajectory of the closed flow of K components, from its start to the horizon; with a SIMD pack as number type, one
// independent trajectory a lane.
//
// The step size follows the embedded error estimate (integrate/step_control.hpp), err = max_i |e_i| / (tol max(|y_i|, floor_i)). The floors are the sizes of a start's overlaps, 1/sqrt(d) of the products of the norms: an error
// that is small against 1 could still turn the sign of an overlap at large d. No step crosses the end of the tempering.
#pragma once

#include "modecollapse/components/field.hpp"
#include "modecollapse/integrate/dormand_prince.hpp"
#include "modecollapse/integrate/step_control.hpp"

namespace modecollapse::components {

template <class Real>
struct Trajectory {
    State<Real> state, rate;
    Real time;
    Real step;      // size of the next attempt
    Real attempts;  // so far

    template <class Function>
    void each_clock(const Trajectory& other, const Function& f) {
        f(time, other.time);
        f(step, other.step);
        f(attempts, other.attempts);
    }
};

template <class Real>
MC_HOST_DEVICE Trajectory<Real> trajectory_in(const Payload& problem, Pieces<Real>& pieces) {
    const int size = size_of_state(problem);
    Real* state = pieces.take(size);
    return {state_in(problem, state), state_in(problem, pieces.take(size)), Real(0.0), Real(0.0), Real(0.0)};
}

template <class Real, class ProgramSizes = AnySizes>
class TrajectoryStepper {
    using FieldHere = Field<Real, ProgramSizes>;
    using Mask = MaskOf<Real>;

public:
    // memory: words(problem) numbers.
    MC_HOST_DEVICE TrajectoryStepper(const Payload& problem, Real* memory)
        : problem_(problem), field_(problem, memory) {
        Pieces<Real> pieces(memory + FieldHere::words(problem));
        const int size = size_of_state(problem);
        stages_ = {state_in(problem, pieces.take(dormand_prince_5::stages * size))};
        next_ = state_in(problem, pieces.take(size));
        const double start =
            problem.start_radius > 0.0 ? problem.start_radius : problem.start_scale * ::sqrt(problem.dimension);
        floor_m_ = start * problem.mode_size / ::sqrt(problem.dimension);
        floor_q_ = start * start / ::sqrt(problem.dimension);
        floor_v_ = 1.0 / ::sqrt(problem.dimension);
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        return FieldHere::words(problem) + static_cast<std::uint64_t>(dormand_prince_5::stages + 1) *
                                               static_cast<std::uint64_t>(size_of_state(problem));
    }

    // Sets everything but the state, which the caller has set.
    template <class GivenUp>
    MC_HOST_DEVICE void begin(Trajectory<Real>& trajectory, GivenUp& given_up) {
        trajectory.time = trajectory.attempts = Real(0.0);
        trajectory.step = Real(min(0.01, problem_.horizon));
        field_(trajectory.state, beta_at(problem_, trajectory.time), trajectory.rate, given_up);
    }

    // One attempted step of every lane. Lanes that have ended may be advanced on; the caller ignores them. Returns how
    // each lane stands; if given up meanwhile, it and the states mean nothing.
    template <class GivenUp>
    MC_HOST_DEVICE Real advance(Trajectory<Real>& trajectory, GivenUp& given_up) {
        return advance(trajectory, given_up,
                       [](const State<Real>&, const State<Real>&, const States<Real>&, Real, Mask) {});
    }

    // The same, calling seen(before, after, rates, size, accepted) before the trajectory moves.
    template <class GivenUp, class Seen>
    MC_HOST_DEVICE Real advance(Trajectory<Real>& trajectory, GivenUp& given_up, const Seen& seen) {
        const Real horizon = Real(problem_.horizon);
        const Real corner = Real(min(problem_.annealing_end, problem_.horizon));
        const Real leg_end = select(trajectory.time < corner, corner, horizon);
        const Real remaining = leg_end - trajectory.time;
        const Mask last = trajectory.step >= remaining;
        const Real size = select(last, remaining, trajectory.step);
        for (int i = 0; i < next_.size(); ++i) stages_[0].at(i) = trajectory.rate.at(i);
        const auto field = [&](const State<Real>& y, double node, const State<Real>& rate) {
            field_(y, beta_at(problem_, fma(Real(node), size, trajectory.time)), rate, given_up);
        };
        dormand_prince_5::attempt(field, trajectory.state, size, stages_, next_);

        Mask finite = size == size;
        const Real ratio = error_ratio(size, finite);
        const Mask accepted = finite & (ratio <= Real(1.0));
        seen(trajectory.state, next_, stages_, size, accepted);
        const Real scale = step_factor(ratio, finite);
        // a step cut short by the end of its leg says nothing against a longer one
        trajectory.step = select(accepted & last, max(trajectory.step, size * scale), size * scale);
        trajectory.attempts = trajectory.attempts + Real(1.0);
        trajectory.time = select(accepted, select(last, leg_end, trajectory.time + size), trajectory.time);
        const State<Real> rate = stages_[dormand_prince_5::stages - 1];
        for (int i = 0; i < next_.size(); ++i) {
            trajectory.state.at(i) = select(accepted, next_.at(i), trajectory.state.at(i));
            trajectory.rate.at(i) = select(accepted, rate.at(i), trajectory.rate.at(i));
        }
        const Mask stuck = (trajectory.attempts >= Real(problem_.maximum_steps)) | (trajectory.step < Real(least_step));
        return select(trajectory.time >= horizon, Real(ended_at_horizon),
                      select(stuck, Real(ended_stuck), Real(runs_on)));
    }

    MC_HOST_DEVICE FieldHere& field() { return field_; }

private:
    // finite: a lane leaves it whose step ends nowhere.
    MC_HOST_DEVICE Real error_ratio(Real size, Mask& finite) const {
        const int of_m = next_.m_at(0, 0), of_weights = next_.m_at(next_.components, 0),
                  of_variances = next_.size() - next_.variances;
        Real largest = Real(0.0);
        for (int i = 0; i < next_.size(); ++i) {
            const double floor = i < of_m ? floor_q_ : i < of_weights ? floor_m_ : i < of_variances ? 1.0 : floor_v_;
            const Real e = abs(dormand_prince_5::error_of(stages_, size, i));
            const Real ratio = e / max(abs(next_.at(i)), Real(floor));
            finite = finite & (ratio <= Real(1e20));
            largest = max(largest, ratio);
        }
        return largest * Real(1.0 / problem_.tolerance);
    }

    const Payload& problem_;
    FieldHere field_;
    States<Real> stages_;
    State<Real> next_;
    double floor_m_, floor_q_, floor_v_;
};

}  // namespace modecollapse::components
