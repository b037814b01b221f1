// What one GPU thread does for a sampled trajectory: from its start to its record, given a function that takes a step.
//
// Host + device, so that the same text runs on the CPU in tests. The logic is that of kernels/sgd_lanes.cpp with one lane.
#pragma once

#include "kernels/flow_thread.hpp"
#include "kernels/sgd_ensemble.hpp"

namespace modecollapse {

// Start of trajectory `index` of the task: given, or drawn.
template <class WordSource>
MC_HOST_DEVICE OrderParameters<double> sampled_start(const SampledProblem& problem, const SampledTask& task, std::uint64_t index) {
    if (task.starts) return task.starts[index];
    const std::uint64_t id = task.first + index;
    OrderParameters<double> start = InitialLaw<double, WordSource>(WordSource{}, task.seed, problem.dimension)(&id);
    start.weight = problem.start_weight;
    return start;
}

// Follows a trajectory: state -> advance(state, step). path: record(state, k) at the output times. Returns the time spent aligned.
template <class Advance, class Record>
MC_HOST_DEVICE double follow_sampled(const SampledProblem& problem, const SampledPath& path, OrderParameters<double>& state,
                                     Advance& advance, const Record& record) {
    double aligned = 0.0;
    std::uint64_t k = 0;
    for (; k < path.times && path.steps[k] == 0; ++k) record(state, k);
    for (std::uint64_t step = 0; step < problem.steps; ++step) {
        const OrderParameters<double> next = advance(state, step);
        aligned = aligned + problem.rule.aligned_share(state, next, problem.learning_rate);
        state = next;
        for (; k < path.times && path.steps[k] == step + 1; ++k) record(state, k);
    }
    return aligned;
}

}  // namespace modecollapse
