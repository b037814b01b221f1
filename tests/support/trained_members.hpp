// Trainings whose ends are compared to the bit: every parameter, moment and monitor.
#pragma once

#include <cstring>
#include <vector>

#include "kernels/training/task.hpp"

namespace modecollapse::support {

// Members of an ensemble, where they end and what was seen of them.
template <class Monitor>
struct TrainedMembers {
    std::vector<double> parameters, first, second;
    std::vector<std::uint64_t> steps;
    std::vector<std::uint8_t> failed, outcome;
    std::vector<Monitor> monitors, path;
    bool finished = false;

    // each: parameters of a member; times: at which it is looked at on the way
    TrainedMembers(std::uint64_t count, std::uint64_t each, std::uint64_t times)
        : parameters(count * each),
          first(parameters),
          second(parameters),
          steps(count),
          failed(count),
          outcome(count),
          monitors(count),
          path(count * times) {}

    TrainingStates states() { return {parameters.data(), first.data(), second.data(), steps.data(), failed.data()}; }

    // run(task) with everything recorded; from: trainings to go on with, or null.
    template <class Task, class Run>
    void train(Task task, TrainedMembers* from, const std::vector<std::uint64_t>& times, const Run& run) {
        const TrainingStates to = states(), begin = from ? from->states() : TrainingStates{};
        task.record = {outcome.data(), steps.data(), monitors.data()};
        task.path = {times.data(), times.size(), path.data()};
        task.from = from ? &begin : nullptr;
        task.to = &to;
        finished = run(task);
    }

    bool operator==(const TrainedMembers& other) const {
        const auto same = [](const auto& a, const auto& b) {
            return a.size() == b.size() && (a.empty() || !std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]));
        };
        return same(parameters, other.parameters) && same(first, other.first) && same(second, other.second) &&
               steps == other.steps && failed == other.failed && outcome == other.outcome &&
               same(monitors, other.monitors) && same(path, other.path);
    }
};

}  // namespace modecollapse::support
