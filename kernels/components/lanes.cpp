// The lanes of a thread: every SIMD lane holds one member. Flow: kernels/lanes/flow_lanes.hpp. SGD: all take the same number of
// steps, so a register of members begins and
// ends together; lanes past the end of the task compute and are dropped.
//
// This file is compiled once per instruction set, with MC_COMPONENTS_LANES_FUNCTION naming the result. It must not
// instantiate inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/components/lanes.hpp"

#include "kernels/lanes/flow_lanes.hpp"
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

// A step takes long: it asks within.
template <class Sizes>
struct StoppableStepper {
    components::TrajectoryStepper<Real, Sizes> stepper;
    StopCheck& given_up;

    void begin(components::Trajectory<Real>& trajectory) { stepper.begin(trajectory, given_up); }
    Real advance(components::Trajectory<Real>& trajectory) { return stepper.advance(trajectory, given_up); }
};

template <class Sizes>
void run_flow(const Task& task, const Ends& ends, Pieces<Real> pieces) {
    using Stepper = components::TrajectoryStepper<Real, Sizes>;
    const components::Payload& problem = *task.problem;
    Real* law_memory = pieces.take(Law::words(problem));
    const auto running = components::trajectory_in<Real>(problem, pieces),
               drawn = components::trajectory_in<Real>(problem, pieces);
    StopCheck given_up(task.stop);
    StoppableStepper<Sizes> stepper = {Stepper(problem, pieces.take(Stepper::words(problem))), given_up};
    const Law law(problem, Random123Words{}, task.seed);
    const auto draw = [&](std::uint64_t index, const State<Real>& y) {
        std::uint64_t ids[width];
        for (int i = 0; i < width; ++i) ids[i] = task.first + index + static_cast<std::uint64_t>(i);
        law(ids, y, law_memory);
        take_given_starts(task, index, width, y);
    };
    FlowLanes<Real, components::Trajectory<Real>, StoppableStepper<Sizes>, decltype(draw)>(task.count, ends, running,
                                                                                           drawn, stepper, draw)
        .run(given_up);
}

template <class Sizes>
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
        components::Sampler<Real, Normals, Random123Words, Sizes> sampler(problem, normals, Random123Words{}, task.seed,
                                                                          ids, memory);
        law.draw(ids, sampler.means(), law_memory);
        law.set_weights(y);
        StopCheck given_up(task.stop, 1 << 14);
        bool done = true;
        for (std::uint64_t step = 0; step < problem.steps && done; ++step) {
            sampler(y, step, given_up);
            done = !given_up.given_up();
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
    components::with_sizes(*task.problem, [&](auto sizes) {
        if (task.problem->dynamics == components::Dynamics::flow)
            run_flow<decltype(sizes)>(task, ends, pieces);
        else
            run_sgd<decltype(sizes)>(task, ends, pieces);
    });
}

}  // namespace modecollapse
