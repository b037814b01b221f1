// Runs the linear VAEs of a task on one thread, one a SIMD lane. What a lane computes does not depend on its neighbours,
// nor on the instruction set (numbers/number.hpp).
//
// Flow: kernels/lanes/flow_lanes.hpp. SGD: all take the same number of steps, so a register
// of members begins and ends together; lanes past the end of the task compute and are dropped.
//
// This file is compiled once per instruction set, with MC_LINEAR_VAE_LANES_FUNCTION naming the result. It must not
// instantiate inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/linear_vae/lanes.hpp"

#include "kernels/lanes/flow_lanes.hpp"
#include "kernels/lanes/philox_pack.hpp"
#include "kernels/lanes/two_registers.hpp"
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
    take_given_starts(task, index, lanes, y);
    if (task.starts && task.problem->inverse_lipschitz > 0.0) linear_vae::lift(task.problem->inverse_lipschitz, y);
}

template <class Real, class Shape>
void run_flow(const Task& task, const Ends& ends) {
    using Trajectory = linear_vae::Trajectory<Real, Shape>;
    using Stepper = linear_vae::TrajectoryStepper<Real, Shape>;
    const Stepper stepper(*task.problem);
    const auto draw = [&](std::uint64_t index, State<Real, Shape>& y) {
        std::uint64_t ids[NumberTraits<Real>::lanes];
        draw_starts(task, index, ids, y);
    };
    Trajectory shaped = {};
    set_sizes(static_cast<Shape&>(shaped.state), task.problem->latent, task.problem->signal);
    static_cast<Shape&>(shaped.rate) = shaped.state;
    StopCheck given_up(task.stop, 256);
    FlowLanes<Real, Trajectory, const Stepper, decltype(draw)>(task.count, ends, shaped, shaped, stepper, draw)
        .run(given_up);
}

// One latent direction leaves registers free.
template <class Shape>
using FlowReal = std::conditional_t<Shape::most_latent == 1, TwoRegisters<Doubles>, Doubles>;

// Takes a register of members through their steps. False: given up.
template <class StateType, class Sampler>
bool descend(const Task& task, StateType& y, Sampler& sampler) {
    StopCheck given_up(task.stop, 1 << 14);
    for (std::uint64_t step = 0; step < task.problem->steps; ++step) {
        sampler(y, step, given_up);
        if (given_up.given_up()) return false;
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
            run_flow<FlowReal<Shape>, Shape>(task, ends);
        else
            run_sgd<Shape>(task, ends, memory);
    });
}

}  // namespace modecollapse
