// What one GPU thread does for the flow ensemble: a trajectory at a time, and the start of the next one in reserve.
//
// Host + device, so that the same text runs on the CPU in tests/parity/trajectory_thread_test.cpp, where no GPU is
// needed. The logic is that of kernels/gradient_flow/lanes.cpp with one lane: the start is drawn in double precision
// and cast, a start inside a trap is finished at once with time 0, everything else is advanced until it ends. The
// reserve is there for the schedule of ensemble.cu only.
#pragma once

#include "kernels/gradient_flow/ensemble.hpp"
#include "modecollapse/mixture/initial_law.hpp"

namespace modecollapse {

// The outcome counts of a thread, and the Runge-Kutta attempts and quasi-collapses after them: entry i is first[i *
// stride].
struct CountColumn {
    static constexpr int entries = outcome_count + 2;
    static constexpr int attempts = outcome_count;
    static constexpr int quasi = outcome_count + 1;
    std::int64_t* first;
    int stride;
    MC_HOST_DEVICE std::int64_t& operator[](int entry) const { return first[entry * stride]; }
    MC_HOST_DEVICE void add(Outcome outcome) const { ++(*this)[static_cast<int>(outcome)]; }
    MC_HOST_DEVICE void add_quasi() const { ++(*this)[quasi]; }
};

// Trajectories that threads can tell apart.
inline constexpr std::uint64_t largest_launch = std::uint64_t{1} << 31;

// Real: double or float. WordSource: see random/streams.hpp. NextIndex: bool operator()(std::uint64_t& index), the
// index within the task of the next trajectory that no thread has yet; false if none is left. All pointers of `task`
// must be valid where this runs, and it has at most largest_launch trajectories. Numbers: see TrajectoryStepper.
template <class Real, FieldProgram kind, class WordSource, class NextIndex, class Numbers = GradientFlowPayload>
class TrajectoryThread {
    using Index = std::int32_t;  // every attempt asks about two: half of what 64 bits would take

public:
    MC_HOST_DEVICE TrajectoryThread(const GradientFlowPayload& problem, const Numbers& numbers,
                                    const TrajectoryTask& task, NextIndex next, CountColumn counts)
        : problem_(problem),
          task_(task),
          law_(WordSource{}, task.seed, task.dimension),
          stepper_(problem, numbers),
          next_(next),
          counts_(counts) {}

    MC_HOST_DEVICE bool has_reserve() const { return reserve_index_ >= 0; }
    MC_HOST_DEVICE bool running() const { return index_ >= 0; }

    // Fills the reserve with the next trajectory that is not decided by its start; the decided ones are counted here.
    // No effect if the reserve is full or no trajectory is left.
    MC_HOST_DEVICE void draw() {
        if (has_reserve()) return;
        OrderParameters<Real> start = {};
        while (!exhausted_ && !has_reserve()) {
            std::uint64_t index = 0;
            exhausted_ = !next_(index);
            if (exhausted_) break;
            start = start_of(index);
            const double held = static_cast<double>(stepper_.held(start));
            if (held < 0.0)
                reserve_index_ = static_cast<Index>(index);
            else
                finish(index, start, held, problem_.start_time, 0.0);
        }
        // outside the loop, so that the threads of a warp evaluate the field together
        if (has_reserve()) reserve_ = stepper_.start(start);
    }

    // Takes the reserve as the running trajectory, if there is one and nothing runs.
    MC_HOST_DEVICE void begin() {
        if (running() || !has_reserve()) return;
        trajectory_ = reserve_;
        stepper_.set_clock(trajectory_);  // again, so that no register keeps it for the reserve
        index_ = reserve_index_;
        reserve_index_ = none;
    }

    // One attempted step of the running trajectory; at its end it is counted and recorded.
    MC_HOST_DEVICE void advance() {
        const Real end = stepper_.advance(trajectory_).end;
        if (end < Real(0.0)) return;
        counts_[CountColumn::attempts] += static_cast<std::int64_t>(trajectory_.attempts);
        finish(static_cast<std::uint64_t>(index_), trajectory_.state, static_cast<double>(end),
               static_cast<double>(trajectory_.time), static_cast<double>(trajectory_.aligned_time));
        index_ = none;
    }

private:
    static constexpr Index none = -1;

    MC_HOST_DEVICE OrderParameters<Real> start_of(std::uint64_t index) const {
        const std::uint64_t id = task_.first + index;
        OrderParameters<double> start;
        if (task_.starts) {
            start = task_.starts[index];
        } else {
            start = law_(&id);
            start.weight = problem_.start_weight;
        }
        return {static_cast<Real>(start.m1), static_cast<Real>(start.m2), static_cast<Real>(start.u),
                static_cast<Real>(start.weight)};
    }

    MC_HOST_DEVICE void finish(std::uint64_t index, const OrderParameters<Real>& state, double end, double time,
                               double aligned) const {
        const OrderParameters<double> last = {static_cast<double>(state.m1), static_cast<double>(state.m2),
                                              static_cast<double>(state.u), static_cast<double>(state.weight)};
        count_and_record(problem_, last, end, time, aligned, index, task_.record, counts_);
    }

    const GradientFlowPayload& problem_;
    const TrajectoryTask& task_;
    InitialLaw<double, WordSource> law_;
    TrajectoryStepper<Real, kind, Numbers> stepper_;
    NextIndex next_;
    CountColumn counts_;
    Trajectory<Real> trajectory_ = {};
    Trajectory<Real> reserve_ = {};
    Index index_ = none;
    Index reserve_index_ = none;
    bool exhausted_ = false;
};

}  // namespace modecollapse
