// Ensemble of closed-flow trajectories: what the host asks of a backend.
//
// Trajectory i is a function of (problem, dimension, seed, i) alone, so any split of the ids over calls, threads or devices adds up to the
// same counts.
#pragma once

#include <cstdint>

#include "modecollapse/trajectory.hpp"

namespace modecollapse {

struct OutcomeCounts {
    std::int64_t count[outcome_count];
    std::int64_t attempts;  // Runge-Kutta steps tried, accepted or not: six evaluations of the field each
    std::int64_t quasi;     // trainable weights: ended matched or swapped after a long time aligned (FlowProblem::quasi_threshold)
    MC_HOST_DEVICE void add(Outcome outcome) { ++count[static_cast<int>(outcome)]; }
    MC_HOST_DEVICE void add_quasi() { ++quasi; }
};

// Where trajectory `first + i` leaves its final record, if the caller wants it. Any pointer may be null.
struct FlowRecord {
    std::uint8_t* outcome;      // (count)
    double* m1;                 // (count)
    double* m2;                 // (count)
    double* u;                  // (count)
    double* time;               // (count)
    double* weight = nullptr;   // (count): w1
    double* aligned = nullptr;  // (count): time spent with both means on one mode; 0 for a problem of kind `plain`
};

// Counts a trajectory that ended at `state` in the way `end` (TrajectoryStepper), and records it at `index` where `record` points.
// Counts: anything with add(Outcome) and add_quasi().
template <class Counts>
MC_HOST_DEVICE void count_and_record(const FlowProblem& problem, const OrderParameters<double>& state, double end, double time,
                                     double aligned, std::uint64_t index, const FlowRecord& record, Counts& counts) {
    const Outcome outcome = TrajectoryStepper<double>::classify(problem, state, end);
    counts.add(outcome);
    const bool covers = outcome == Outcome::matched || outcome == Outcome::swapped;
    if (problem.flow.geometry != WeightGeometry::fixed && covers && aligned > problem.quasi_threshold) counts.add_quasi();
    if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome);
    if (record.m1) record.m1[index] = state.m1;
    if (record.m2) record.m2[index] = state.m2;
    if (record.u) record.u[index] = state.u;
    if (record.time) record.time[index] = time;
    if (record.weight) record.weight[index] = TrajectoryStepper<double>::weight1_of(problem, state);
    if (record.aligned) record.aligned[index] = aligned;
}

enum class Precision { double_precision, single_precision };

struct FlowTask {
    const FlowProblem* problem;
    Precision precision;
    std::uint64_t seed;
    double dimension;     // enters through the initial law only
    std::uint64_t first;  // id of the first trajectory
    std::uint64_t count;
    const OrderParameters<double>* starts;  // (count) given starts, with the coordinate of the weight, instead of the initial law; or null
    FlowRecord record;
};

// The trajectories begin .. begin + count - 1 of a task, as a task.
FlowTask part_of(const FlowTask& task, std::uint64_t begin, std::uint64_t count);

// CPU backend. isa: see CpuOptions. Throws std::invalid_argument for an instruction set that this machine lacks.
struct CpuOptions {
    int threads;      // at least 1
    const char* isa;  // "avx512", "avx2" or "baseline"
};
OutcomeCounts run_flow_on_cpu(const FlowTask& task, const CpuOptions& options);

// Widest instruction set of this machine that the program was built for.
const char* best_cpu_isa();
bool cpu_supports(const char* isa);

// CUDA backend. Throws std::runtime_error: with the CUDA error's text, or because the program was built without CUDA.
struct CudaOptions {
    int device;  // as numbered by the CUDA runtime
};
OutcomeCounts run_flow_on_cuda(const FlowTask& task, const CudaOptions& options);

struct CudaDevice {
    char name[256];
    int major, minor;  // compute capability
    int multiprocessors;
    std::int64_t memory_bytes;
};
bool built_with_cuda();
int cuda_device_count();  // 0 without a device, a driver or a CUDA build
CudaDevice cuda_device(int device);

}  // namespace modecollapse
