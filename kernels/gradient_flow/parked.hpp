// Trajectories that wait until a register is ready for the kind of step that they take next (gradient_flow/simplex.hpp): the
// kinds differ so much in work that lanes of both kinds, side by side, cost a step of each kind every turn.
#pragma once

#include "kernels/lanes/pair.hpp"
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

template <class Real>
[[gnu::always_inline]] inline void set_lane(Trajectory<Real>& lanes, int lane, Trajectory<ScalarOf<Real>> one) {
    each_number(lanes, one, [&](Real& numbers, ScalarOf<Real>& number) { set_lane(numbers, lane, number); });
}
template <class Real>
[[gnu::always_inline]] inline Trajectory<ScalarOf<Real>> lane_of(Trajectory<Real>& lanes, int lane) {
    Trajectory<ScalarOf<Real>> one;
    each_number(lanes, one, [&](Real& numbers, ScalarOf<Real>& number) { number = lane_of(numbers, lane); });
    return one;
}

// Kinds of step of a weight on the simplex: explicit, linearly implicit or negligible, each apart by the fit of the gap that the weight
// needs (mixture/component_gap.hpp), which is nearly all of the work.
enum StepKind {
    explicit_inner,
    explicit_light,
    negligible_inner,
    negligible_outer,
    negligible_far,
    implicit_inner,
    implicit_outer,
    implicit_far
};
inline constexpr int step_kinds = 8;

// Of the next step of each lane.
template <class Real>
[[gnu::always_inline]] inline void step_kinds_of(const LightWeight<Real>& light, const ComponentGap& gap, int* kinds) {
    const std::uint32_t at_rest = bits_of(light.stiff > Real(0.0)), implicit = bits_of(light.stiff == Real(1.0)),
                        outer = bits_of(light.value < exp(Real(-gap.inner.largest))),
                        far = bits_of(light.value < exp(Real(-gap.outer.largest)));
    for (int lane = 0; lane < NumberTraits<Real>::lanes; ++lane) {
        const auto is = [lane](std::uint32_t lanes) { return static_cast<int>(lanes >> lane & 1u); };
        if (is(at_rest))
            kinds[lane] = (is(implicit) ? implicit_inner : negligible_inner) + is(outer) + is(far);
        else
            kinds[lane] = is(outer) ? explicit_light : explicit_inner;
    }
}

// Last in, first out, for each kind of step. lanes: of a register.
template <class Scalar, int lanes>
class Parked {
    // A trajectory starts only while fewer than so many wait for any kind, one at most a lane at work: a register is full for
    // most of a turn to a kind.
    static constexpr int enough = 4 * lanes, capacity = step_kinds * enough + 2 * lanes;

public:
    [[gnu::always_inline]] inline Parked() {
        for (int i = 0; i < capacity; ++i) free_[i] = static_cast<unsigned short>(i);
    }
    [[gnu::always_inline]] inline int count(int kind) const { return count_[kind]; }
    [[gnu::always_inline]] inline Running<Scalar>& push(int kind) {
        const unsigned short place = free_[--free_count_];
        waiting_[kind][count_[kind]++] = place;
        return places_[place];
    }
    // to be read before the next push
    [[gnu::always_inline]] inline const Running<Scalar>& pop(int kind) {
        const unsigned short place = waiting_[kind][--count_[kind]];
        free_[free_count_++] = place;
        return places_[place];
    }

    // The kind that a register shall go on with after `kind`, of which it has `active` lanes at work. Starts: are there
    // trajectories that have not begun? They begin with explicit_inner.
    [[gnu::always_inline]] inline int next(int kind, int active, int starts) const {
        int most = kind, ready = active;
        for (int i = 0; i < step_kinds; ++i) {
            const int count = i == explicit_inner && starts > 0 ? lanes : count_[i];
            if (i != kind && count > ready) most = i, ready = count;
        }
        if (kind == explicit_inner && starts > 0) {
            for (int i = 0; i < step_kinds; ++i)
                if (count_[i] >= enough) return i;
            return kind;
        }
        return 2 * active < lanes || (4 * active < 3 * lanes && ready >= lanes) ? most : kind;
    }

private:
    Running<Scalar> places_[capacity];
    unsigned short free_[capacity], waiting_[step_kinds][capacity];
    int free_count_ = capacity, count_[step_kinds] = {};
};

}  // namespace modecollapse
