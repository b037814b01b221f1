// The lanes of a thread: every SIMD lane holds one member. Flow: a lane whose member has ended takes the next one of the
// task, so that no member waits for another. SGD: all take the same number of steps, so a register of members begins and
// ends together; lanes past the end of the task compute and are dropped.
//
// This file is compiled once per instruction set, with MC_COMPONENTS_LANES_FUNCTION naming the result. It must not
// instantiate inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/components/lanes.hpp"

#include "kernels/lanes/philox_pack.hpp"
#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/components/sampler.hpp"
#include "modecollapse/components/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_COMPONENTS_LANES_FUNCTION
#define MC_COMPONENTS_LANES_FUNCTION components_lanes_baseline
#endif

namespace modecollapse {
namespace {

using components::Ends;
using components::Pieces;
using components::State;
using components::Status;
using components::Task;

using Real = Pack<double, register_bytes / 8>;
constexpr int width = NumberTraits<Real>::lanes;
using Law = components::InitialLaw<Real, Random123Words>;

void leave(const Ends& ends, std::uint64_t index, const State<Real>& y, int lane, Status status, double attempts) {
    double* state = ends.state + index * static_cast<std::uint64_t>(y.size());
    for (int k = 0; k < y.size(); ++k) state[k] = lane_of(y.at(k), lane);
    ends.status[index] = status;
    ends.attempts[index] = attempts < 4294967295.0 ? static_cast<std::uint32_t>(attempts) : 4294967295u;
}

class FlowRunner {
    static constexpr std::uint64_t idle = ~0ull;
    using Trajectory = components::Trajectory<Real>;

public:
    FlowRunner(const Task& task, const Ends& ends, Pieces<Real> pieces)
        : task_(task),
          ends_(ends),
          law_memory_(pieces.take(Law::words(*task.problem))),
          running_(components::trajectory_in<Real>(*task.problem, pieces)),
          drawn_(components::trajectory_in<Real>(*task.problem, pieces)),
          stepper_(*task.problem, pieces.take(components::TrajectoryStepper<Real>::words(*task.problem))) {}

    void run() {
        for (std::uint64_t i = 0; i < task_.count; ++i) ends_.status[i] = Status::given_up;
        draw();
        copy(drawn_, running_);
        for (int lane = 0; lane < width; ++lane) begin_next(lane);
        StopCheck given_up(task_.stop, 16);
        while (active_ > 0 && !given_up(1)) {
            const Real end = stepper_.advance(running_);
            for (std::uint32_t ended = bits_of(end > Real(components::runs_on)); ended != 0; ended &= ended - 1)
                harvest(__builtin_ctz(ended), lane_of(end, __builtin_ctz(ended)));
        }
    }

private:
    static void copy(const Trajectory& from, Trajectory& to) {
        for (int k = 0; k < from.state.size(); ++k) {
            to.state.at(k) = from.state.at(k);
            to.rate.at(k) = from.rate.at(k);
        }
        to.time = from.time;
        to.step = from.step;
        to.attempts = from.attempts;
    }

    [[gnu::noinline]] void harvest(int lane, double end) {
        if (index_[lane] == idle) return;
        leave(ends_, index_[lane], running_.state, lane,
              end == components::ended_at_horizon ? Status::at_horizon : Status::out_of_steps,
              lane_of(running_.attempts, lane));
        --active_;
        begin_next(lane);
    }

    // Starts of the members next_, next_ + 1, ...; past the end of the task those of the last one.
    [[gnu::noinline]] void draw() {
        std::uint64_t ids[width];
        for (int i = 0; i < width; ++i) ids[i] = task_.first + next_ + static_cast<std::uint64_t>(i);
        Law(*task_.problem, Random123Words{}, task_.seed)(ids, drawn_.state, law_memory_);
        for (int i = 0; task_.starts && i < width; ++i) {
            const std::uint64_t at = next_ + static_cast<std::uint64_t>(i);
            const double* start = task_.starts + (at < task_.count ? at : task_.count - 1) *
                                                     static_cast<std::uint64_t>(drawn_.state.size());
            for (int k = 0; k < drawn_.state.size(); ++k) set_lane(drawn_.state.at(k), i, start[k]);
        }
        stepper_.begin(drawn_);
        taken_ = 0;
    }

    // Puts the next member into a lane; idle if none is left. Lanes without work go on with what they have.
    void begin_next(int lane) {
        index_[lane] = idle;
        if (next_ == task_.count) return;
        if (taken_ == width) draw();
        index_[lane] = next_++;
        for (int k = 0; k < running_.state.size(); ++k) {
            set_lane(running_.state.at(k), lane, lane_of(drawn_.state.at(k), taken_));
            set_lane(running_.rate.at(k), lane, lane_of(drawn_.rate.at(k), taken_));
        }
        set_lane(running_.time, lane, lane_of(drawn_.time, taken_));
        set_lane(running_.step, lane, lane_of(drawn_.step, taken_));
        set_lane(running_.attempts, lane, lane_of(drawn_.attempts, taken_));
        ++taken_;
        ++active_;
    }

    const Task& task_;
    const Ends& ends_;
    Real* law_memory_;
    Trajectory running_, drawn_;
    components::TrajectoryStepper<Real> stepper_;
    std::uint64_t index_[width];
    std::uint64_t next_ = 0;
    int taken_ = 0, active_ = 0;
};

void run_sgd(const Task& task, const Ends& ends, Pieces<Real> pieces) {
    using Normals = PhiloxNormals<width>;
    const components::Payload& problem = *task.problem;
    const State<Real> y = components::state_in(problem, pieces.take(size_of_state(problem)));
    Real* law_memory = pieces.take(Law::words(problem));
    Real* memory = pieces.take(components::SamplerMemory<Real>::words(problem));
    const Law law(problem, Random123Words{}, task.seed);
    for (std::uint64_t index = 0; index < task.count; index += width) {
        std::uint64_t ids[width];
        for (int i = 0; i < width; ++i) ids[i] = task.first + index + static_cast<std::uint64_t>(i);
        const Normals normals(task.seed, ids);
        components::Sampler<Real, Normals, Random123Words> sampler(problem, normals, Random123Words{}, task.seed, ids,
                                                                   memory);
        law.draw(ids, sampler.means(), law_memory);
        law.set_weights(y);
        StopCheck given_up(task.stop, 1 << 14);
        bool done = true;
        for (std::uint64_t step = 0; step < problem.steps && done; ++step) {
            done = !given_up(batch_blocks(problem));
            if (done) sampler(&y.log_weight(0), step);
        }
        order_parameters_of(problem, sampler.means(), y);
        for (int i = 0; i < width && index + static_cast<std::uint64_t>(i) < task.count; ++i)
            leave(ends, index + static_cast<std::uint64_t>(i), y, i, done ? Status::at_horizon : Status::given_up,
                  static_cast<double>(problem.steps));
    }
}

}  // namespace

void MC_COMPONENTS_LANES_FUNCTION(const components::Task& task, const components::Ends& ends, double* memory) {
    const Pieces<Real> pieces(reinterpret_cast<Real*>(memory));
    if (task.problem->dynamics == components::Dynamics::flow)
        FlowRunner(task, ends, pieces).run();
    else
        run_sgd(task, ends, pieces);
}

}  // namespace modecollapse
