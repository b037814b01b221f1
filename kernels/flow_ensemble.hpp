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
};

// Where trajectory `first + i` leaves its final record, if the caller wants it. Any pointer may be null.
struct FlowRecord {
    std::uint8_t* outcome;  // (count)
    double* m1;             // (count)
    double* m2;             // (count)
    double* u;              // (count)
    double* time;           // (count)
};

enum class Precision { double_precision, single_precision };

struct FlowTask {
    const FlowProblem* problem;
    Precision precision;
    std::uint64_t seed;
    double dimension;     // enters through the initial law only
    std::uint64_t first;  // id of the first trajectory
    std::uint64_t count;
    const OrderParameters<double>* starts;  // (count) given starts instead of the initial law, or null
    FlowRecord record;
};

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
