// An ensemble of trainings on CPU threads, and what is known of it afterwards: the same for every family of trained members.
//
// Monitor: what held-out data say about one member, with has_failed(monitor) and outcome_of(problem, monitor) in its namespace;
// objective and start_objective are of the end of a training alone.
#pragma once

#include <functional>

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

template <class Monitor>
struct TrainingRecord {
    std::uint8_t* outcome = nullptr;  // (count)
    std::uint64_t* steps = nullptr;   // (count): made before the end or the failure
    Monitor* monitor = nullptr;       // (count)
};

// Monitors on the way, after steps[k] steps.
template <class Monitor>
struct TrainingPath {
    const std::uint64_t* steps = nullptr;  // (times), ascending, none above the problem's
    std::uint64_t times = 0;
    Monitor* monitors = nullptr;  // (count, times)
};

// Trained members, in double whatever the precision (single numbers are exact in it): where they stand in their training.
struct TrainingStates {
    double *parameters, *first_moment, *second_moment;  // (count, parameters of a member)
    std::uint64_t* steps;                               // (count): made
    std::uint8_t* failed;                               // (count): 1: ended by a non-finite step
};

template <class Problem, class MonitorOfFamily>
struct TrainingTask {
    using Monitor = MonitorOfFamily;

    const Problem* problem;
    Precision precision;
    std::uint64_t seed, first, count;  // ids first .. first + count - 1
    TrainingRecord<Monitor> record = {};
    TrainingPath<Monitor> path = {};
    const TrainingStates* from = nullptr;                    // trainings to go on with, or null: from the start
    const TrainingStates* to = nullptr;                      // where they end, or null
    const StopRequest* stop = nullptr;                       // once due, members at hand are given up
    std::function<void(std::uint64_t steps)> progress = {};  // steps made by all; by the calling thread
};

// Member `index` of a task when its training is over, after `steps` steps.
template <class Problem, class Monitor>
void record_end(const TrainingTask<Problem, Monitor>& task, std::uint64_t index, std::uint64_t steps,
                const Monitor& monitor) {
    const TrainingRecord<Monitor>& record = task.record;
    if (record.steps) record.steps[index] = steps;
    if (record.monitor) record.monitor[index] = has_failed(monitor) ? Monitor{} : monitor;
    if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome_of(*task.problem, monitor));
}

// A trained member at work: its parameters, and who it is.
template <class Problem>
struct TrainedMemberOf {
    const Problem* problem;
    Precision precision;
    std::uint64_t seed, id, steps;  // steps: made, for the schedules
    const double* parameters;
    const StopRequest* stop = nullptr;
};

}  // namespace modecollapse
