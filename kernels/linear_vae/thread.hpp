// What one GPU thread does for a linear VAE: some attempts of the flow or some steps of SGD, from where the last launch
// left the member.
//
// Host + device, with the functions of the lanes at one lane: the same text gives the same bits.
#pragma once

#include "kernels/linear_vae/ensemble.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/reduced_sampler.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"

namespace modecollapse::linear_vae {

// What a launch works on: members task.first .. task.first + task.count - 1. step: of SGD, where the launch begins; of
// the flow 0 in the first launch.
template <class Kept>
struct Launch {
    Task task;
    Kept* kept;      // (count): what a member is between two launches
    double* memory;  // sgd_full: (count, full_vectors, N)
    std::uint64_t step, steps;
    Ends ends;
};

template <class Shape, class WordSource>
MC_HOST_DEVICE void start_of(const Payload& problem, const Task& task, std::uint64_t index, State<double, Shape>& y) {
    const std::uint64_t id = task.first + index;
    if (!task.starts) return InitialLaw<double, Shape, WordSource>(problem, WordSource{}, task.seed)(&id, y);
    set_sizes(static_cast<Shape&>(y), problem.latent, problem.signal);
    const double* given = task.starts + index * static_cast<std::uint64_t>(y.size());
    for (int i = 0; i < y.size(); ++i) y.at(i) = given[i];
    if (problem.inverse_lipschitz > 0.0) lift(problem.inverse_lipschitz, y);
}

template <class Shape>
MC_HOST_DEVICE void leave(const Ends& ends, std::uint64_t index, const State<double, Shape>& y, Status status,
                          double attempts) {
    double* state = ends.state + index * static_cast<std::uint64_t>(y.size());
    for (int i = 0; i < y.size(); ++i) state[i] = y.at(i);
    ends.status[index] = status;
    ends.attempts[index] = counted_attempts(attempts);
}

// A member of the flow; `given_up` stands for one that runs on.
template <class Shape, class WordSource>
MC_HOST_DEVICE void run_flow(const Payload& problem, const Launch<Trajectory<double, Shape>>& launch,
                             std::uint64_t index) {
    if (launch.step > 0 && launch.ends.status[index] != Status::given_up) return;
    const TrajectoryStepper<double, Shape> stepper(problem);
    Trajectory<double, Shape> trajectory;
    if (launch.step == 0) {
        start_of<Shape, WordSource>(problem, launch.task, index, trajectory.state);
        stepper.begin(trajectory);
    } else {
        trajectory = launch.kept[index];
    }
    double end = runs_on;
    for (std::uint64_t k = 0; k < launch.steps && end == runs_on; ++k) end = stepper.advance(trajectory);
    if (end == runs_on)
        launch.kept[index] = trajectory;
    else
        leave(launch.ends, index, trajectory.state, end == ended_at_horizon ? Status::at_horizon : Status::out_of_steps,
              trajectory.attempts);
}

// A member of SGD. Sampler: (state, step), which moves the state.
template <class Shape, class Sampler>
MC_HOST_DEVICE void take_steps(const Payload& problem, const Launch<State<double, Shape>>& launch, std::uint64_t index,
                               State<double, Shape>& y, Sampler& sampler) {
    const std::uint64_t until = launch.step + launch.steps;
    for (std::uint64_t step = launch.step; step < until; ++step) sampler(y, step);
    if (until < problem.steps)
        launch.kept[index] = y;
    else
        leave(launch.ends, index, y, Status::at_horizon, static_cast<double>(problem.steps));
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void run_reduced(const Payload& problem, const Launch<State<double, Shape>>& launch,
                                std::uint64_t index) {
    using Normals = LaneNormals<double, WordSource>;
    const std::uint64_t id = launch.task.first + index;
    const Normals normals(WordSource{}, launch.task.seed, &id);
    State<double, Shape> y;
    if (launch.step == 0)
        start_of<Shape, WordSource>(problem, launch.task, index, y);
    else
        y = launch.kept[index];
    const ReducedSampler<double, Shape, Normals, WordSource> sampler(problem, normals, WordSource{}, launch.task.seed,
                                                                     &id);
    take_steps(problem, launch, index, y, sampler);
}

template <class Shape, class WordSource>
MC_HOST_DEVICE void run_full(const Payload& problem, const Launch<State<double, Shape>>& launch, std::uint64_t index) {
    using Normals = LaneNormals<double, WordSource>;
    const std::uint64_t id = launch.task.first + index;
    const Normals normals(WordSource{}, launch.task.seed, &id);
    FullSampler<double, Shape, Normals> sampler(
        problem, normals,
        launch.memory + index * full_vectors(problem) * static_cast<std::uint64_t>(problem.dimension));
    State<double, Shape> y;
    if (launch.step == 0) {
        start_of<Shape, WordSource>(problem, launch.task, index, y);
        sampler.start(y);
    } else {
        y = launch.kept[index];
    }
    take_steps(problem, launch, index, y, sampler);
}

}  // namespace modecollapse::linear_vae
