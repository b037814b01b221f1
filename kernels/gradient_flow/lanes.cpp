// Runs the trajectories of a task on one thread, one a SIMD lane. A lane whose trajectory has ended takes the next one
// at once, so lanes never wait for each other; what a lane computes does not depend on its neighbours, nor on the
// instruction set (numbers/number.hpp).
//
// This file is compiled once per instruction set, with MC_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/gradient_flow/lanes.hpp"

#include "kernels/gradient_flow/parked.hpp"
#include "kernels/gradient_flow/start_queue.hpp"
#include "kernels/lanes/two_registers.hpp"

#ifndef MC_LANES_FUNCTION
#define MC_LANES_FUNCTION gradient_flow_lanes_baseline
#endif

namespace modecollapse {
namespace {

using Singles = Pack<float, register_bytes / 4>;

template <class Real, FieldProgram kind>
class LaneRunner {
    static constexpr int lanes = NumberTraits<Real>::lanes;
    using Scalar = ScalarOf<Real>;
    static constexpr std::uint64_t idle = ~0ull;

public:
    [[gnu::always_inline]] inline LaneRunner(const TrajectoryTask& task, std::uint64_t& next)
        : task_(task), stepper_(*task.problem), queue_(task, next, stepper_) {}

    OutcomeCounts run() {
        const OrderParameters<Real> rest = {Real(0.0), Real(0.0), Real(1.0), Real(task_.problem->start_weight)};
        trajectory_ = stepper_.start(rest);
        for (int lane = 0; lane < lanes; ++lane) begin_next(lane);
        StopCheck given_up(task_.stop, 256);
        while (active_ > 0 && !given_up(1)) {
            const Real end = stepper_.advance(trajectory_).end;
            const std::uint32_t ended = bits_of(end >= Real(0.0));
            if (ended != 0) {
                store(end, end_);
                harvest(ended);
            }
            if (is_sorted()) sort();
        }
        return counts_;
    }

private:
    // Counts the lanes that have ended (bit i: lane i) and gives them their next trajectories. Lanes left without work
    // go on with what they have; index_ == idle keeps them out of the counts.
    [[gnu::noinline]] void harvest(std::uint32_t ended) {
        for (; ended != 0; ended &= ended - 1) {
            const int lane = __builtin_ctz(ended);
            if (index_[lane] == idle) continue;
            const OrderParameters<double> state = {
                lane_of(trajectory_.state.m1, lane), lane_of(trajectory_.state.m2, lane),
                lane_of(trajectory_.state.u, lane), lane_of(trajectory_.state.weight, lane)};
            finish(index_[lane], state, static_cast<double>(end_[lane]), lane_of(trajectory_.time, lane),
                   lane_of(trajectory_.aligned_time, lane));
            counts_.attempts += static_cast<std::int64_t>(lane_of(trajectory_.attempts, lane));
            --active_;
            fill(lane);
        }
    }

    // On the simplex the register takes steps of one kind at a time.
    [[gnu::always_inline]] inline bool is_sorted() const {
        return kind == FieldProgram::general && task_.problem->flow.geometry == WeightGeometry::simplex;
    }

    // Gives a lane without work the next trajectory that takes steps of this kind.
    [[gnu::always_inline]] inline void fill(int lane) {
        if (parked_.count(step_kind_) > 0) {
            const Running<Scalar>& next = parked_.pop(step_kind_);
            set_lane(trajectory_, lane, next.trajectory);
            index_[lane] = next.index;
            ++active_;
        } else if (step_kind_ == explicit_inner) {
            begin_next(lane);
        } else {
            index_[lane] = idle;
        }
    }

    [[gnu::always_inline]] inline void park(int lane, int step_kind) {
        parked_.push(step_kind) = {lane_of(trajectory_, lane), index_[lane]};
        index_[lane] = idle;
        --active_;
    }

    // Parks the lanes whose next step is of another kind, and turns to that which keeps most lanes busy.
    [[gnu::noinline]] void sort() {
        int step_kind[lanes];
        step_kinds_of(trajectory_.light, task_.problem->flow.gap, step_kind);
        for (int lane = 0; lane < lanes; ++lane) {
            if (index_[lane] == idle || step_kind[lane] == step_kind_) continue;
            park(lane, step_kind[lane]);
            fill(lane);
        }
        const int next = parked_.next(step_kind_, active_, queue_.empty() ? 0 : 1);
        if (next != step_kind_) {
            for (int lane = 0; lane < lanes; ++lane)
                if (index_[lane] != idle) park(lane, step_kind_);
            step_kind_ = next;
            for (int lane = 0; lane < lanes; ++lane) fill(lane);
        }
        if (active_ == 0 || active_ == lanes) return;
        int busy = 0;
        while (index_[busy] == idle) ++busy;
        for (int lane = 0; lane < lanes; ++lane)  // an idle lane does what a busy one does
            if (index_[lane] == idle) set_lane(trajectory_, lane, lane_of(trajectory_, busy));
    }

    void finish(std::uint64_t index, const OrderParameters<double>& state, double end, double time, double aligned) {
        const GradientFlowPayload& problem = *task_.problem;
        count_and_record(problem, state, end, time, aligned, index, task_.record, counts_);
    }

    // Puts the next trajectory that is not decided by its start into a lane; idle if none is left.
    [[gnu::always_inline]] inline void begin_next(int lane) {
        index_[lane] = idle;
        while (!queue_.empty()) {
            const typename StartQueue<Real, kind>::Start start = queue_.take();
            if (start.held >= Scalar(0.0)) {
                finish(start.index, {start.state.m1, start.state.m2, start.state.u, start.state.weight},
                       static_cast<double>(start.held), task_.problem->start_time, 0.0);
                continue;
            }
            index_[lane] = start.index;
            set_lane(trajectory_.state.m1, lane, start.state.m1);
            set_lane(trajectory_.state.m2, lane, start.state.m2);
            set_lane(trajectory_.state.u, lane, start.state.u);
            set_lane(trajectory_.rate.m1, lane, start.rate.m1);
            set_lane(trajectory_.rate.m2, lane, start.rate.m2);
            set_lane(trajectory_.rate.u, lane, start.rate.u);
            if constexpr (kind != FieldProgram::lean) {
                set_lane(trajectory_.state.weight, lane, start.state.weight);
                set_lane(trajectory_.rate.weight, lane, start.rate.weight);
                set_lane(trajectory_.aligned_time, lane, Scalar(0.0));
                set_lane(trajectory_.beta, lane,
                         static_cast<Scalar>(1.0 / task_.problem->annealing.initial_temperature));
                set_lane(trajectory_.next_raise, lane, static_cast<Scalar>(task_.problem->annealing.time));
            }
            if constexpr (kind == FieldProgram::general) {
                set_lane(trajectory_.light.value, lane, start.light.value);
                set_lane(trajectory_.light.side, lane, start.light.side);
                set_lane(trajectory_.light.rate, lane, start.light.rate);
                set_lane(trajectory_.light.decay, lane, start.light.decay);
                set_lane(trajectory_.light.stiff, lane, Scalar(0.0));
            }
            set_lane(trajectory_.time, lane, static_cast<Scalar>(task_.problem->start_time));
            set_lane(trajectory_.step, lane, static_cast<Scalar>(task_.problem->integrator.first_step));
            set_lane(trajectory_.attempts, lane, Scalar(0.0));
            ++active_;
            return;
        }
    }

    const TrajectoryTask& task_;
    TrajectoryStepper<Real, kind> stepper_;
    StartQueue<Real, kind> queue_;
    Trajectory<Real> trajectory_;
    std::uint64_t index_[lanes];
    Scalar end_[lanes];
    Parked<Scalar, lanes> parked_;
    int step_kind_ = explicit_inner;  // of the lanes at work
    int active_ = 0;                  // lanes with work
    OutcomeCounts counts_ = {};
};

// The steps of the simplex fill one register's room.
template <class Half>
OutcomeCounts run_lanes(const TrajectoryTask& task, std::uint64_t& next) {
    const FieldProgram kind = least_kind_of(*task.problem);
    if (kind == FieldProgram::lean) return LaneRunner<TwoRegisters<Half>, FieldProgram::lean>(task, next).run();
    if (kind == FieldProgram::general) return LaneRunner<Half, FieldProgram::general>(task, next).run();
    // not the coordinate one: g++ 12 fails on it without AVX under the thread sanitizer
    return LaneRunner<TwoRegisters<Half>, FieldProgram::general>(task, next).run();
}

}  // namespace

OutcomeCounts MC_LANES_FUNCTION(const TrajectoryTask& task, std::uint64_t& next) {
    if (task.precision == Precision::single_precision) return run_lanes<Singles>(task, next);
    return run_lanes<Doubles>(task, next);
}

}  // namespace modecollapse
