// Trajectories that wait until a register is ready for the kind of step that they take next (gradient_flow/simplex.hpp): the
// kinds differ so much in work that lanes of both kinds, side by side, cost a step of each kind every turn.
#pragma once

#include "modecollapse/gradient_flow/trajectory_state.hpp"

namespace modecollapse {

// A trajectory that runs, and its index within the task.
template <class Scalar>
struct Running {
    Trajectory<Scalar> trajectory;
    std::uint64_t index;
};

// Each number of the trajectories in a register, with that of one lane.
template <class Real, class Visit>
[[gnu::always_inline]] inline void each_number(Trajectory<Real>& lanes, Trajectory<ScalarOf<Real>>& one,
                                               const Visit& visit) {
    visit(lanes.state.m1, one.state.m1);
    visit(lanes.state.m2, one.state.m2);
    visit(lanes.state.u, one.state.u);
    visit(lanes.state.weight, one.state.weight);
    visit(lanes.rate.m1, one.rate.m1);
    visit(lanes.rate.m2, one.rate.m2);
    visit(lanes.rate.u, one.rate.u);
    visit(lanes.rate.weight, one.rate.weight);
    visit(lanes.time, one.time);
    visit(lanes.step, one.step);
    visit(lanes.attempts, one.attempts);
    visit(lanes.aligned_time, one.aligned_time);
    visit(lanes.beta, one.beta);
    visit(lanes.next_raise, one.next_raise);
    visit(lanes.light.value, one.light.value);
    visit(lanes.light.side, one.light.side);
    visit(lanes.light.rate, one.light.rate);
    visit(lanes.light.decay, one.light.decay);
    visit(lanes.light.stiff, one.light.stiff);
}

// Last in, first out, for each kind of step. lanes: of a register.
template <class Scalar, int lanes>
class Parked {
public:
    static constexpr int kinds = 2;  // explicit, linearly implicit
    // Trajectories start only while fewer than `lanes` of the other kind wait: one register of those, one that has just
    // left the explicit steps, and one at work.
    static constexpr int capacity = 4 * lanes;

    [[gnu::always_inline]] inline int count(int kind) const { return count_[kind]; }
    [[gnu::always_inline]] inline Running<Scalar>& push(int kind) { return waiting_[kind][count_[kind]++]; }
    [[gnu::always_inline]] inline Running<Scalar>& pop(int kind) { return waiting_[kind][--count_[kind]]; }

private:
    Running<Scalar> waiting_[kinds][capacity];
    int count_[kinds] = {};
};

}  // namespace modecollapse
