// Runs the trajectories of a task on one thread, one a SIMD lane. A lane whose trajectory has ended takes the next one at once, so lanes
// never wait for each other; what a lane computes does not depend on its neighbours, nor on the instruction set (number.hpp).
//
// This file is compiled once per instruction set, with MC_LANES_FUNCTION naming the result. It must not instantiate inline functions of
// the standard library: the linker could hand an AVX-512 copy to the baseline path. tests/unit/isa_symbols checks the object files.
#include "kernels/flow_lanes.hpp"

#include "kernels/simd_pack.hpp"
#include "modecollapse/initial_law.hpp"
#include "modecollapse/random123_words.hpp"

#ifndef MC_LANES_FUNCTION
#define MC_LANES_FUNCTION flow_lanes_baseline
#endif

namespace modecollapse {
namespace {

#if defined(__AVX512F__)
constexpr int register_bytes = 64;
#elif defined(__AVX2__)
constexpr int register_bytes = 32;
#else
constexpr int register_bytes = 16;
#endif

using Doubles = Pack<double, register_bytes / 8>;
using Singles = Pack<float, register_bytes / 4>;

// Hands out starting states, drawn a register at a time.
class StartQueue {
public:
    [[gnu::always_inline]] inline explicit StartQueue(const FlowTask& task)
        : task_(task), law_(Random123Words{}, task.seed, task.dimension) {}

    [[gnu::always_inline]] inline bool empty() const { return next_ == task_.count; }

    // Index of the trajectory within the task; `start` receives its state.
    [[gnu::always_inline]] inline std::uint64_t take(OrderParameters<double>& start) {
        const std::uint64_t index = next_++;
        if (task_.starts) {
            start = task_.starts[index];
            return index;
        }
        const int slot = static_cast<int>(index % NumberTraits<Doubles>::lanes);
        if (slot == 0) draw(index);
        start = {m1_[slot], m2_[slot], u_[slot], 0.0};
        return index;
    }

private:
    [[gnu::noinline]] void draw(std::uint64_t index) {
        std::uint64_t ids[NumberTraits<Doubles>::lanes];
        for (int i = 0; i < NumberTraits<Doubles>::lanes; ++i) ids[i] = task_.first + index + static_cast<std::uint64_t>(i);
        const OrderParameters<Doubles> starts = law_(ids);
        store(starts.m1, m1_);
        store(starts.m2, m2_);
        store(starts.u, u_);
    }

    const FlowTask& task_;
    InitialLaw<Doubles, Random123Words> law_;
    std::uint64_t next_ = 0;
    double m1_[NumberTraits<Doubles>::lanes], m2_[NumberTraits<Doubles>::lanes], u_[NumberTraits<Doubles>::lanes];
};

template <class Real>
class LaneRunner {
    static constexpr int lanes = NumberTraits<Real>::lanes;
    using Scalar = ScalarOf<Real>;
    static constexpr std::uint64_t idle = ~0ull;

public:
    [[gnu::always_inline]] inline explicit LaneRunner(const FlowTask& task) : task_(task), queue_(task), stepper_(*task.problem) {}

    OutcomeCounts run() {
        const OrderParameters<Real> rest = {Real(0.0), Real(0.0), Real(1.0), Real(0.0)};
        trajectory_ = stepper_.start(rest);
        for (int i = 0; i < lanes; ++i) index_[i] = idle;
        bool ended[lanes];
        for (int i = 0; i < lanes; ++i) ended[i] = true;
        refill(ended);
        while (active_ > 0) {
            const Advance<Real> advance = stepper_.advance(trajectory_);
            const MaskOf<Real> done = advance.end >= Real(0.0);
            if (!any(done)) continue;
            store(done, ended);
            store(advance.end, end_);
            harvest(ended);
        }
        return counts_;
    }

private:
    // Counts the lanes that have ended and gives them their next trajectories.
    [[gnu::noinline]] void harvest(bool* ended) {
        Scalar m1[lanes], m2[lanes], u[lanes], time[lanes], attempts[lanes];
        store(trajectory_.state.m1, m1);
        store(trajectory_.state.m2, m2);
        store(trajectory_.state.u, u);
        store(trajectory_.time, time);
        store(trajectory_.attempts, attempts);
        for (int i = 0; i < lanes; ++i) {
            if (index_[i] == idle) ended[i] = false;
            if (!ended[i]) continue;
            finish(index_[i], {m1[i], m2[i], u[i], 0.0}, static_cast<double>(end_[i]), time[i]);
            counts_.attempts += static_cast<std::int64_t>(attempts[i]);
            index_[i] = idle;
            --active_;
        }
        refill(ended);
    }

    void finish(std::uint64_t index, const OrderParameters<double>& state, double end, double time) {
        const FlowProblem& problem = *task_.problem;
        const Outcome outcome = TrajectoryStepper<double>::classify(problem, state, end, problem.flow.weight1);
        ++counts_.count[static_cast<int>(outcome)];
        if (task_.record.outcome) task_.record.outcome[index] = static_cast<std::uint8_t>(outcome);
        if (task_.record.m1) task_.record.m1[index] = state.m1;
        if (task_.record.m2) task_.record.m2[index] = state.m2;
        if (task_.record.u) task_.record.u[index] = state.u;
        if (task_.record.time) task_.record.time[index] = time;
    }

    // Next trajectory that is not decided by its start. False if none is left.
    bool next_start(std::uint64_t& index, OrderParameters<double>& start) {
        while (!queue_.empty()) {
            index = queue_.take(start);
            // in the working precision, as advance() would test it: float and double may disagree by a rounding
            const OrderParameters<Scalar> state = {Scalar(start.m1), Scalar(start.m2), Scalar(start.u), Scalar(0.0)};
            const double held = static_cast<double>(task_.problem->traps(state));
            if (held < 0.0) return true;
            finish(index, {state.m1, state.m2, state.u, 0.0}, held, 0.0);
        }
        return false;
    }

    [[gnu::noinline]] void refill(const bool* ended) {
        Scalar m1[lanes], m2[lanes], u[lanes], fresh[lanes];
        bool filled = false;
        for (int i = 0; i < lanes; ++i) {
            m1[i] = m2[i] = Scalar(0.0);
            u[i] = Scalar(1.0);
            fresh[i] = Scalar(0.0);
            OrderParameters<double> start;
            std::uint64_t index;
            if (!ended[i] || !next_start(index, start)) continue;
            index_[i] = index;
            m1[i] = static_cast<Scalar>(start.m1);
            m2[i] = static_cast<Scalar>(start.m2);
            u[i] = static_cast<Scalar>(start.u);
            fresh[i] = Scalar(1.0);
            filled = true;
            ++active_;
        }
        // lanes left without work go on with what they have; index_ == idle keeps them out of the counts
        if (!filled) return;
        const OrderParameters<Real> starts = {load<Real>(m1), load<Real>(m2), load<Real>(u), Real(0.0)};
        const Trajectory<Real> begun = stepper_.start(starts);
        const MaskOf<Real> take = load<Real>(fresh) > Real(0.5);
        trajectory_.state.m1 = select(take, begun.state.m1, trajectory_.state.m1);
        trajectory_.state.m2 = select(take, begun.state.m2, trajectory_.state.m2);
        trajectory_.state.u = select(take, begun.state.u, trajectory_.state.u);
        trajectory_.rate.m1 = select(take, begun.rate.m1, trajectory_.rate.m1);
        trajectory_.rate.m2 = select(take, begun.rate.m2, trajectory_.rate.m2);
        trajectory_.rate.u = select(take, begun.rate.u, trajectory_.rate.u);
        trajectory_.time = select(take, begun.time, trajectory_.time);
        trajectory_.step = select(take, begun.step, trajectory_.step);
        trajectory_.attempts = select(take, begun.attempts, trajectory_.attempts);
    }

    const FlowTask& task_;
    StartQueue queue_;
    TrajectoryStepper<Real> stepper_;
    Trajectory<Real> trajectory_;
    std::uint64_t index_[lanes];
    Scalar end_[lanes];
    int active_ = 0;
    OutcomeCounts counts_ = {};
};

}  // namespace

OutcomeCounts MC_LANES_FUNCTION(const FlowTask& task) {
    if (task.precision == Precision::single_precision) return LaneRunner<Singles>(task).run();
    return LaneRunner<Doubles>(task).run();
}

}  // namespace modecollapse
