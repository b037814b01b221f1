// What reference_ensemble.hpp sums over: one trajectory, by a word source that can be called where this runs.
#pragma once

#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/transform_reduce.h>

#include "kernels/gradient_flow/ensemble.hpp"
#include "modecollapse/mixture/initial_law.hpp"

namespace modecollapse::reference {

struct Sum {
    MC_HOST_DEVICE OutcomeCounts operator()(OutcomeCounts a, const OutcomeCounts& b) const {
        for (int i = 0; i < outcome_count; ++i) a.count[i] += b.count[i];
        a.attempts += b.attempts;
        a.quasi += b.quasi;
        return a;
    }
};

template <class WordSource>
struct Follow {
    GradientFlowPayload problem;
    std::uint64_t seed;
    double dimension;

    MC_HOST_DEVICE OutcomeCounts operator()(std::uint64_t id) const {
        OrderParameters<double> state = InitialLaw<double, WordSource>(WordSource{}, seed, dimension)(&id);
        state.weight = problem.start_weight;
        const TrajectoryStepper<double, FieldProgram::lean> stepper(problem);
        Trajectory<double> trajectory = stepper.start(state);
        double end = stepper.held(state);
        while (end < 0.0) end = stepper.advance(trajectory).end;
        OutcomeCounts result = {};
        result.attempts = static_cast<std::int64_t>(trajectory.attempts);
        count_and_record(problem, trajectory.state, end, 0.0, 0.0, 0, {}, result);
        return result;
    }
};

template <class WordSource, class Policy>
OutcomeCounts counts_of(const TrajectoryTask& task, const Policy& policy) {
    const thrust::counting_iterator<std::uint64_t> first(task.first);
    return thrust::transform_reduce(policy, first, first + static_cast<std::ptrdiff_t>(task.count),
                                    Follow<WordSource>{*task.problem, task.seed, task.dimension}, OutcomeCounts{},
                                    Sum{});
}

}  // namespace modecollapse::reference
