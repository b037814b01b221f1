// Ensemble of closed-flow trajectories: what the host asks of a backend.
//
// Trajectory i is a function of (problem, dimension, seed, i) alone, so any split of the ids over calls, threads or
// devices adds up to the same counts.
#pragma once

#include <cstdint>

#include "kernels/run/records.hpp"
#include "kernels/run/stop_request.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"

namespace modecollapse {

// Counts a trajectory that ended at `state` in the way `end` (TrajectoryStepper), and records it at `index` where
// `record` points. Counts: anything with add(Outcome) and add_quasi().
template <class Counts>
MC_HOST_DEVICE void count_and_record(const GradientFlowPayload& problem, const OrderParameters<double>& state,
                                     double end, double time, double aligned, std::uint64_t index,
                                     const EndRecord& record, Counts& counts) {
    const Outcome outcome = TrajectoryStepper<double>::classify(problem, state, end);
    const bool trainable = problem.flow.geometry != WeightGeometry::fixed;
    const bool quasi = trainable && is_quasi_collapse(outcome, aligned, problem.quasi_threshold);
    count_and_record({state, outcome, weight1_of(problem, state), time, aligned, quasi}, index, record, counts);
}

enum class Precision { double_precision, single_precision };

struct TrajectoryTask {
    const GradientFlowPayload* problem;
    Precision precision;
    std::uint64_t seed;
    double dimension;     // enters through the initial law only
    std::uint64_t first;  // id of the first trajectory
    std::uint64_t count;
    const OrderParameters<double>*
        starts;  // (count) given starts, with the coordinate of the weight, instead of the initial law; or null
    EndRecord record;
    // Once due, trajectories are given up within some steps (CUDA: after the launch), and counted and recorded no more. May be null.
    const StopRequest* stop = nullptr;
};

// The trajectories begin .. begin + count - 1 of a task, as a task.
TrajectoryTask part_of(const TrajectoryTask& task, std::uint64_t begin, std::uint64_t count);

// CPU backend. Throws std::invalid_argument for an instruction set that this machine lacks.
OutcomeCounts run_trajectories_on_cpu(const TrajectoryTask& task, const CpuOptions& options);

// CUDA backend. Throws std::runtime_error: with the CUDA error's text, or because the program was built without CUDA.
OutcomeCounts run_trajectories_on_cuda(const TrajectoryTask& task, const CudaOptions& options);

struct CudaDevice {
    char name[256];
    int major, minor;  // compute capability
    int multiprocessors;
    std::int64_t memory_bytes;
};
bool built_with_cuda();
int cuda_device_count();  // 0 without a device, a driver or a CUDA build
CudaDevice cuda_device(int device);
bool cuda_has_code_for(int device);  // false also for a device that does not exist

}  // namespace modecollapse
