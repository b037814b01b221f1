// What one GPU thread does for a linear VAE: draws the start; then takes some attempts of the flow or some steps of SGD, from
// where the last launch left the member.
//
// Host + device, with the functions of the lanes at one lane: the same text gives the same bits.
#pragma once

#include "kernels/device/member_launch.hpp"
#include "kernels/linear_vae/ensemble.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/reduced_sampler.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"

namespace modecollapse::linear_vae {

template <class Kept>
using Launch = MemberLaunch<Payload, Kept>;

// Of a member, in device memory: sgd_full's vectors of R^N.
inline std::uint64_t words_of_vectors(const Payload& problem) {
    return problem.dynamics == Dynamics::sgd_full
               ? full_vectors(problem) * static_cast<std::uint64_t>(problem.dimension)
               : 0;
}

// f(entry of the state, its place in a state without padding or -1), entry by entry.
template <class Shape, class Function>
MC_HOST_DEVICE void each_outside(const Payload& problem, const State<double, Shape>& y, const Function& f) {
    const int of_signals = 2 * y.latent() * y.signal(), outside = 2 * y.latent() * problem.signal;
    for (int i = 0; i < y.size(); ++i) {
        const int row = i / y.signal(), k = i % y.signal();
        f(i, i >= of_signals ? outside + i - of_signals : k < problem.signal ? row * problem.signal + k : -1);
    }
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void start_of(const Payload& problem, const Task& task, std::uint64_t index, State<double, Shape>& y) {
    const std::uint64_t id = task.first + index;
    if (!task.starts) return InitialLaw<double, Shape, WordSource>(problem, WordSource{}, task.seed)(&id, y);
    set_sizes(static_cast<Shape&>(y), problem.latent, problem.signal);
    const double* given = task.starts + index * static_cast<std::uint64_t>(state_size(problem.latent, problem.signal));
    each_outside(problem, y, [&](int i, int outside) { y.at(i) = outside < 0 ? 0.0 : given[outside]; });
    if (problem.inverse_lipschitz > 0.0) lift(problem.inverse_lipschitz, y);
}

template <class Shape>
MC_HOST_DEVICE void leave(const Payload& problem, const Ends& ends, std::uint64_t index, const State<double, Shape>& y,
                          Status status, double attempts) {
    double* state = ends.state + index * static_cast<std::uint64_t>(state_size(problem.latent, problem.signal));
    each_outside(problem, y, [&](int i, int outside) {
        if (outside >= 0) state[outside] = y.at(i);
    });
    ends.status[index] = status;
    ends.attempts[index] = counted_attempts(attempts);
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void start_flow(const Payload& problem, const Launch<Trajectory<double, Shape>>& launch,
                               std::uint64_t index) {
    Trajectory<double, Shape> trajectory;
    start_of<Shape, WordSource>(problem, launch.task, index, trajectory.state);
    TrajectoryStepper<double, Shape>(problem).begin(trajectory);
    launch.kept[index] = trajectory;
}

// A member of the flow; `given_up` stands for one that runs on.
template <class Shape>
MC_HOST_DEVICE void run_flow(const Payload& problem, const Launch<Trajectory<double, Shape>>& launch,
                             std::uint64_t index) {
    if (launch.ends.status[index] != Status::given_up) return;
    const TrajectoryStepper<double, Shape> stepper(problem);
    Trajectory<double, Shape> trajectory = launch.kept[index];
    double end = runs_on;
    for (std::uint64_t k = 0; k < launch.steps && end == runs_on; ++k) end = stepper.advance(trajectory);
    if (end == runs_on)
        launch.kept[index] = trajectory;
    else
        leave(problem, launch.ends, index, trajectory.state,
              end == ended_at_horizon ? Status::at_horizon : Status::out_of_steps, trajectory.attempts);
}

// A member of SGD. Sampler: (state, step, given up?), which moves the state.
template <class Shape, class Sampler>
MC_HOST_DEVICE void take_steps(const Payload& problem, const Launch<State<double, Shape>>& launch, std::uint64_t index,
                               State<double, Shape>& y, Sampler& sampler) {
    NeverGivenUp never;
    const std::uint64_t until = launch.step + launch.steps;
    for (std::uint64_t step = launch.step; step < until; ++step) sampler(y, step, never);
    if (until < problem.steps)
        launch.kept[index] = y;
    else
        leave(problem, launch.ends, index, y, Status::at_horizon, static_cast<double>(problem.steps));
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void start_sgd(const Payload& problem, const Launch<State<double, Shape>>& launch, std::uint64_t index) {
    State<double, Shape> y;
    start_of<Shape, WordSource>(problem, launch.task, index, y);
    launch.kept[index] = y;
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void run_reduced(const Payload& problem, const Launch<State<double, Shape>>& launch,
                                std::uint64_t index) {
    using Normals = LaneNormals<double, WordSource>;
    const std::uint64_t id = launch.task.first + index;
    const Normals normals(WordSource{}, launch.task.seed, &id);
    State<double, Shape> y = launch.kept[index];
    const ReducedSampler<double, Shape, Normals, WordSource> sampler(problem, normals, WordSource{}, launch.task.seed,
                                                                     &id);
    take_steps(problem, launch, index, y, sampler);
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void run_full(const Payload& problem, const Launch<State<double, Shape>>& launch, std::uint64_t index) {
    using Normals = LaneNormals<double, WordSource>;
    const std::uint64_t id = launch.task.first + index;
    const Normals normals(WordSource{}, launch.task.seed, &id);
    FullSampler<double, Shape, Normals> sampler(problem, normals, launch.memory + index * launch.words);
    State<double, Shape> y = launch.kept[index];
    if (launch.step == 0) sampler.start(y);
    take_steps(problem, launch, index, y, sampler);
}

}  // namespace modecollapse::linear_vae
