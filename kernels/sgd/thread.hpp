// What one GPU thread does for a sampled trajectory: from its start to its record, given a function that takes a step.
//
// Host + device, so that the same text runs on the CPU in tests. The logic is that of kernels/sgd/lanes.cpp with one
// lane.
#pragma once

#include "kernels/gradient_flow/thread.hpp"
#include "kernels/sgd/ensemble.hpp"

namespace modecollapse {

// Start of trajectory `index` of the task: given, or drawn.
template <class WordSource>
MC_HOST_DEVICE OrderParameters<double> sgd_start(const SgdPayload& problem, const SgdTask& task, std::uint64_t index) {
    if (task.starts) return task.starts[index];
    const std::uint64_t id = task.first + index;
    OrderParameters<double> start = InitialLaw<double, WordSource>(WordSource{}, task.seed, problem.dimension)(&id);
    start.weight = problem.start_weight;
    return start;
}

// How far a trajectory has come.
struct SgdProgress {
    OrderParameters<double> state;
    double aligned;  // time spent aligned
    std::uint64_t steps;
};

// Takes a trajectory to step `until`: state -> advance(state, step). path: record(state, k) at the output times on the
// way, that of step 0 among them.
template <class Advance, class Record>
MC_HOST_DEVICE void follow_sgd(const SgdPayload& problem, const SgdPath& path, std::uint64_t until,
                               SgdProgress& progress, Advance& advance, const Record& record) {
    std::uint64_t k = 0;
    for (; k < path.times && path.steps[k] <= progress.steps; ++k)
        if (progress.steps == 0) record(progress.state, k);
    while (progress.steps < until) {
        const OrderParameters<double> next = advance(progress.state, progress.steps);
        progress.aligned = progress.aligned + problem.rule.aligned_share(progress.state, next, problem.learning_rate);
        progress.state = next;
        ++progress.steps;
        for (; k < path.times && path.steps[k] == progress.steps; ++k) record(progress.state, k);
    }
}

}  // namespace modecollapse
