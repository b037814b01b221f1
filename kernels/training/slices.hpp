// A training in slices of steps, so that a stop is heard and progress is told whatever a step costs.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "kernels/run/stop_request.hpp"

namespace modecollapse {

// What the threads of a run share.
struct TrainingCrew {
    std::atomic<std::uint64_t> next{0}, steps{0};  // the next member; steps made by all
    std::atomic<bool> stop{false};
};

class TrainingSlices {
public:
    // progress: told by one thread; may be empty.
    TrainingSlices(TrainingCrew& crew, const StopRequest* stop, std::function<void(std::uint64_t)> progress)
        : crew_(crew), stop_(stop), progress_(std::move(progress)) {}

    // From `step` to `end`, until a step is not finite. train(step, count) -> an answer with steps, finite, given_up. False:
    // given up.
    template <class Train>
    bool advance(std::uint64_t& step, std::uint64_t end, bool& finite, const Train& train) {
        using Clock = std::chrono::steady_clock;
        while (finite && step < end) {
            const auto started = Clock::now();
            const std::uint64_t count = std::min(slice_, end - step);
            const auto answer = train(step, count);
            if (answer.given_up) return false;
            step += answer.steps;
            finite = answer.finite;
            const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
            // the end cut the slice short: that says nothing of a whole one
            if (seconds < slice_seconds / 2 && count == slice_) slice_ *= 2;
            if (seconds > slice_seconds * 2) slice_ = std::max<std::uint64_t>(1, slice_ / 2);
            const std::uint64_t steps = crew_.steps += answer.steps;
            if (progress_) progress_(steps);
            if ((crew_.stop || is_due(stop_)) && step < end) return false;
        }
        return true;
    }

private:
    static constexpr double slice_seconds = 0.05;  // of training between two looks at the stop request

    TrainingCrew& crew_;
    const StopRequest* stop_;
    std::function<void(std::uint64_t)> progress_;
    std::uint64_t slice_ = 1;
};

}  // namespace modecollapse
