// Ensemble of sampled trajectories (SGD and its diffusion approximation): what the host asks of a backend.
//
// Trajectory i is a function of (problem, seed, i) alone, so any split of the ids over calls, threads or devices adds
// up to the same counts. All trajectories take the same number of steps; everything is in double precision.
#pragma once

#include "kernels/run/records.hpp"
#include "kernels/run/stop_request.hpp"
#include "modecollapse/sgd/payload.hpp"

namespace modecollapse {

enum class SgdSampler { reduced, full, diffusion };

// States along the way, if the caller wants them: after steps[k] steps. Any pointer but `steps` may be null.
struct SgdPath {
    const std::uint64_t* steps;  // (times), ascending, none above the problem's steps
    std::uint64_t times;
    double* m1;      // (count, times)
    double* m2;      // (count, times)
    double* u;       // (count, times)
    double* weight;  // (count, times): w1

    // Of the trajectories begin, begin + 1, ...
    SgdPath from(std::uint64_t begin) const {
        const std::uint64_t row = begin * times;
        return {steps, times, from_index(m1, row), from_index(m2, row), from_index(u, row), from_index(weight, row)};
    }
};

struct SgdTask {
    const SgdPayload* problem;
    SgdSampler sampler;
    std::uint64_t seed;
    std::uint64_t first;  // id of the first trajectory
    std::uint64_t count;
    const OrderParameters<double>*
        starts;        // (count) given starts, with the coordinate of the weight, instead of the initial law; or null
    EndRecord record;  // of the final states; time: the horizon
    SgdPath path = {};
    // Once due, trajectories are given up within the step that they are in (CUDA: after the launch), and counted and
    // recorded no more. May be null.
    const StopRequest* stop = nullptr;
};

// The trajectories begin .. begin + count - 1 of a task, as a task.
SgdTask part_of(const SgdTask& task, std::uint64_t begin, std::uint64_t count);

// Throws std::invalid_argument for a sampler that does not cover the problem's estimator.
void require_covered(const SgdTask& task);

// Calls run(KindTag<kind>{}) with the kind of the problem.
template <SgdProgram value>
struct KindTag {
    static constexpr SgdProgram kind = value;
};

template <class Run>
auto with_kind(const SgdPayload& problem, const Run& run) {
    switch (kind_of(problem)) {
        case SgdProgram::plain:
            return run(KindTag<SgdProgram::plain>{});
        case SgdProgram::pathwise:
            return run(KindTag<SgdProgram::pathwise>{});
        case SgdProgram::reparameterized:
            return run(KindTag<SgdProgram::reparameterized>{});
        case SgdProgram::score:
            break;
    }
    return run(KindTag<SgdProgram::score>{});
}

MC_HOST_DEVICE bool ends_quasi_collapsed(const SgdPayload& problem, Outcome outcome, double aligned) {
    return problem.geometry != WeightGeometry::fixed && is_quasi_collapse(outcome, aligned, problem.quasi_threshold);
}

// Counts a trajectory that ended at `state`, and records it at `index` where `record` points. Counts: anything with
// add(Outcome) and add_quasi().
template <class Counts>
MC_HOST_DEVICE void count_and_record(const SgdPayload& problem, const OrderParameters<double>& state, double aligned,
                                     std::uint64_t index, const EndRecord& record, Counts& counts) {
    const double weight1 = weight1_of(problem, state),
                 time = static_cast<double>(problem.steps) * problem.learning_rate;
    const Outcome outcome = problem.rule(state, weight1);
    const bool quasi = ends_quasi_collapsed(problem, outcome, aligned);
    count_and_record({state, outcome, weight1, time, aligned, quasi}, index, record, counts);
}

// Records a state on the way, at output time k of trajectory `index`.
MC_HOST_DEVICE void record_on_path(const SgdPayload& problem, const SgdPath& path, std::uint64_t index, std::uint64_t k,
                                   const OrderParameters<double>& state) {
    const std::uint64_t at = index * path.times + k;
    if (path.m1) path.m1[at] = state.m1;
    if (path.m2) path.m2[at] = state.m2;
    if (path.u) path.u[at] = state.u;
    if (path.weight) path.weight[at] = weight1_of(problem, state);
}

// CPU backend; OutcomeCounts::attempts holds the steps taken. Throws std::invalid_argument for an instruction set that
// this machine lacks.
OutcomeCounts run_sgd_on_cpu(const SgdTask& task, const CpuOptions& options);

// CUDA backend. Throws std::runtime_error: with the CUDA error's text, or because the program was built without CUDA.
OutcomeCounts run_sgd_on_cuda(const SgdTask& task, const CudaOptions& options);

}  // namespace modecollapse
