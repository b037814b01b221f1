// Runs the linear VAEs of a task on one thread, one a SIMD lane. What a lane computes does not depend on its neighbours,
// nor on the instruction set (numbers/number.hpp).
//
// Flow: a lane whose member has ended takes the next one at once. SGD: all take the same number of steps, so a register
// of members begins and ends together; lanes past the end of the task compute and are dropped.
//
// This file is compiled once per instruction set, with MC_LINEAR_VAE_LANES_FUNCTION naming the result. It must not
// instantiate inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/linear_vae/lanes.hpp"

#include "kernels/lanes/pair.hpp"
#include "kernels/lanes/philox_pack.hpp"
#include "kernels/linear_vae/shapes.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/reduced_sampler.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_LINEAR_VAE_LANES_FUNCTION
#define MC_LINEAR_VAE_LANES_FUNCTION linear_vae_lanes_baseline
#endif

namespace modecollapse {
namespace {

using linear_vae::Ends;
using linear_vae::State;
using linear_vae::Status;
using linear_vae::Task;

using Doubles = Pack<double, register_bytes / 8>;
constexpr int width = NumberTraits<Doubles>::lanes;

// Starts of the members index, index + 1, ... of a task, one a lane; past its end those of the last one.
template <class Real, class Shape>
void draw_starts(const Task& task, std::uint64_t index, std::uint64_t* ids, State<Real, Shape>& y) {
    constexpr int lanes = NumberTraits<Real>::lanes;
    for (int i = 0; i < lanes; ++i) ids[i] = task.first + index + static_cast<std::uint64_t>(i);
    linear_vae::InitialLaw<Real, Shape, Random123Words>(*task.problem, Random123Words{}, task.seed)(ids, y);
    if (!task.starts) return;
    for (int i = 0; i < lanes; ++i) {
        const std::uint64_t at = index + static_cast<std::uint64_t>(i);
        const double* start =
            task.starts + (at < task.count ? at : task.count - 1) * static_cast<std::uint64_t>(y.size());
        for (int k = 0; k < y.size(); ++k) set_lane(y.at(k), i, start[k]);
    }
    if (task.problem->inverse_lipschitz > 0.0) linear_vae::lift(task.problem->inverse_lipschitz, y);
}

template <class Real, class Shape>
void leave(const Ends& ends, std::uint64_t index, const State<Real, Shape>& y, int lane, Status status,
           double attempts) {
    double* state = ends.state + index * static_cast<std::uint64_t>(y.size());
    for (int k = 0; k < y.size(); ++k) state[k] = lane_of(y.at(k), lane);
    ends.status[index] = status;
    ends.attempts[index] = attempts < 4294967295.0 ? static_cast<std::uint32_t>(attempts) : 4294967295u;
}

template <class Real, class Shape>
class FlowRunner {
    static constexpr int width = NumberTraits<Real>::lanes;
    static constexpr std::uint64_t idle = ~0ull;
    using Trajectory = linear_vae::Trajectory<Real, Shape>;

public:
    FlowRunner(const Task& task, const Ends& ends) : task_(task), ends_(ends), stepper_(*task.problem) {}

    void run() {
        for (std::uint64_t i = 0; i < task_.count; ++i) ends_.status[i] = Status::given_up;
        draw();
        running_ = drawn_;
        for (int lane = 0; lane < width; ++lane) begin_next(lane);
        StopCheck given_up(task_.stop, 256);
        while (active_ > 0 && !given_up(1)) {
            const Real end = stepper_.advance(running_);
            for (std::uint32_t ended = bits_of(end > Real(linear_vae::runs_on)); ended != 0; ended &= ended - 1)
                harvest(__builtin_ctz(ended), lane_of(end, __builtin_ctz(ended)));
        }
    }

private:
    [[gnu::noinline]] void harvest(int lane, double end) {
        if (index_[lane] == idle) return;
        leave(ends_, index_[lane], running_.state, lane,
              end == linear_vae::ended_at_horizon ? Status::at_horizon : Status::out_of_steps,
              lane_of(running_.attempts, lane));
        --active_;
        begin_next(lane);
    }

    [[gnu::noinline]] void draw() {
        std::uint64_t ids[width];
        draw_starts(task_, next_, ids, drawn_.state);
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
        set_lane(running_.theta, lane, lane_of(drawn_.theta, taken_));
        set_lane(running_.step, lane, lane_of(drawn_.step, taken_));
        set_lane(running_.attempts, lane, lane_of(drawn_.attempts, taken_));
        set_lane(running_.cycle, lane, lane_of(drawn_.cycle, taken_));
        ++taken_;
        ++active_;
    }

    const Task& task_;
    const Ends& ends_;
    linear_vae::TrajectoryStepper<Real, Shape> stepper_;
    Trajectory running_, drawn_;
    std::uint64_t index_[width];
    std::uint64_t next_ = 0;
    int taken_ = 0, active_ = 0;
};

// One latent direction leaves registers free: two packs side by side hide each other's latency. Without a fused
// multiply-add in hardware every operation is a call, and a second register would only double the code.
#if defined(__x86_64__) && !defined(__FMA__)
template <class Shape>
using FlowReal = Doubles;
#else
template <class Shape>
using FlowReal = std::conditional_t<Shape::most_latent == 1, Pair<Doubles>, Doubles>;
#endif

// Takes a register of members through their steps. False: given up.
template <class StateType, class Sampler>
bool descend(const Task& task, StateType& y, Sampler& sampler) {
    StopCheck given_up(task.stop, 1 << 14);
    const auto work = batch_blocks(*task.problem);
    for (std::uint64_t step = 0; step < task.problem->steps; ++step) {
        if (given_up(work)) return false;
        sampler(y, step);
    }
    return true;
}

template <class Shape>
void run_sgd(const Task& task, const Ends& ends, double* memory) {
    using Normals = PhiloxNormals<width>;
    for (std::uint64_t index = 0; index < task.count; index += width) {
        State<Doubles, Shape> y;
        std::uint64_t ids[width];
        draw_starts(task, index, ids, y);
        const Normals normals(task.seed, ids);
        bool done;
        if (task.problem->dynamics == linear_vae::Dynamics::sgd) {
            linear_vae::ReducedSampler<Doubles, Shape, Normals, Random123Words> sampler(
                *task.problem, normals, Random123Words{}, task.seed, ids);
            done = descend(task, y, sampler);
        } else {
            linear_vae::FullSampler<Doubles, Shape, Normals> sampler(*task.problem, normals,
                                                                     reinterpret_cast<Doubles*>(memory));
            sampler.start(y);
            done = descend(task, y, sampler);
        }
        for (int i = 0; i < width && index + static_cast<std::uint64_t>(i) < task.count; ++i)
            leave(ends, index + static_cast<std::uint64_t>(i), y, i, done ? Status::at_horizon : Status::given_up,
                  static_cast<double>(task.problem->steps));
    }
}

}  // namespace

void MC_LINEAR_VAE_LANES_FUNCTION(const linear_vae::Task& task, const linear_vae::Ends& ends, double* memory) {
    linear_vae::with_shape(*task.problem, [&](auto shape) {
        using Shape = decltype(shape);
        if (is_flow(task.problem->dynamics))
            FlowRunner<FlowReal<Shape>, Shape>(task, ends).run();
        else
            run_sgd<Shape>(task, ends, memory);
    });
}

}  // namespace modecollapse
