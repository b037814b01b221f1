// Trajectories to their horizon, one a SIMD lane: a lane whose member has ended takes the next one of the task at once, so that no
// member waits for another. Lanes without work go on with what they have.
//
// Trajectory: state and rate, each with size() and at(i), and each_clock(other, f), which calls f(own, other's) for its other numbers
// (attempts, how many steps were tried, among them).
// Stepper: begin(trajectory) and advance(trajectory), which returns how each lane stands (integrate/step_control.hpp).
#pragma once

#include "kernels/lanes/pack.hpp"
#include "kernels/run/members.hpp"
#include "modecollapse/integrate/step_control.hpp"

namespace modecollapse {

// One lane's final state to its place.
template <class State>
void leave(const MemberEnds& ends, std::uint64_t index, const State& y, int lane, MemberStatus status,
           double attempts) {
    double* state = ends.state + index * static_cast<std::uint64_t>(y.size());
    for (int k = 0; k < y.size(); ++k) state[k] = lane_of(y.at(k), lane);
    ends.status[index] = status;
    ends.attempts[index] = counted_attempts(attempts);
}

// Given starts of the members index, index + 1, ... into the lanes, if there are any; past the end of the task that of the last one.
template <class Task, class State>
void take_given_starts(const Task& task, std::uint64_t index, int lanes, State& y) {
    for (int i = 0; task.starts && i < lanes; ++i) {
        const std::uint64_t at = index + static_cast<std::uint64_t>(i);
        const double* start =
            task.starts + (at < task.count ? at : task.count - 1) * static_cast<std::uint64_t>(y.size());
        for (int k = 0; k < y.size(); ++k) set_lane(y.at(k), i, start[k]);
    }
}

// Draw: (index, state): the starts of the members index, index + 1, ..., one a lane.
template <class Real, class Trajectory, class Stepper, class Draw>
class FlowLanes {
    static constexpr int width = NumberTraits<Real>::lanes;
    static constexpr std::uint64_t idle = ~0ull;

public:
    // running, drawn: of the sizes of the problem's states.
    FlowLanes(std::uint64_t count, const MemberEnds& ends, const Trajectory& running, const Trajectory& drawn,
              Stepper& stepper, const Draw& draw)
        : count_(count), ends_(ends), running_(running), drawn_(drawn), stepper_(stepper), draw_(draw) {}

    // Until all members have ended, or `given_up` says so.
    template <class GivenUp>
    void run(GivenUp& given_up) {
        for (std::uint64_t i = 0; i < count_; ++i) ends_.status[i] = MemberStatus::given_up;
        draw_more();
        for (int lane = 0; lane < width; ++lane) move(lane, lane);
        for (int lane = 0; lane < width; ++lane) begin_next(lane);
        while (active_ > 0 && !given_up(1)) {
            const Real end = stepper_.advance(running_);
            if (given_up.given_up()) return;
            for (std::uint32_t ended = bits_of(end > Real(runs_on)); ended != 0; ended &= ended - 1)
                harvest(__builtin_ctz(ended), lane_of(end, __builtin_ctz(ended)));
        }
    }

private:
    [[gnu::noinline]] void harvest(int lane, double end) {
        if (index_[lane] == idle) return;
        leave(ends_, index_[lane], running_.state, lane,
              end == ended_at_horizon ? MemberStatus::at_horizon : MemberStatus::out_of_steps,
              lane_of(running_.attempts, lane));
        --active_;
        begin_next(lane);
    }

    [[gnu::noinline]] void draw_more() {
        draw_(next_, drawn_.state);
        stepper_.begin(drawn_);
        taken_ = 0;
    }

    // Puts the next member into a lane; idle if none is left.
    void begin_next(int lane) {
        index_[lane] = idle;
        if (next_ == count_) return;
        if (taken_ == width) draw_more();
        index_[lane] = next_++;
        move(taken_, lane);
        ++taken_;
        ++active_;
    }

    // Lane `from` of what was drawn into lane `to` of what runs.
    void move(int from, int to) {
        for (int k = 0; k < running_.state.size(); ++k) {
            set_lane(running_.state.at(k), to, lane_of(drawn_.state.at(k), from));
            set_lane(running_.rate.at(k), to, lane_of(drawn_.rate.at(k), from));
        }
        running_.each_clock(drawn_, [=](Real& own, const Real& drawn) { set_lane(own, to, lane_of(drawn, from)); });
    }

    std::uint64_t count_;
    const MemberEnds& ends_;
    Trajectory running_, drawn_;
    Stepper& stepper_;
    Draw draw_;
    std::uint64_t index_[width];
    std::uint64_t next_ = 0;
    int taken_ = 0, active_ = 0;
};

}  // namespace modecollapse
