// What every ensemble returns, whatever moves its trajectories: counts by outcome, and records of the final states.
#pragma once

#include <cstdint>

#include "modecollapse/mixture/outcome.hpp"

namespace modecollapse {

struct OutcomeCounts {
    std::int64_t count[outcome_count];
    std::int64_t
        // Runge-Kutta steps tried, accepted or not: six evaluations of the field each; sampled dynamics: steps
        attempts;
    std::int64_t quasi;  // trainable weights: ended matched or swapped after a long time aligned (OutcomeRule)
    MC_HOST_DEVICE void add(Outcome outcome) { ++count[static_cast<int>(outcome)]; }
    MC_HOST_DEVICE void add_quasi() { ++quasi; }
    OutcomeCounts& operator+=(const OutcomeCounts& other) {
        for (int i = 0; i < outcome_count; ++i) count[i] += other.count[i];
        attempts += other.attempts;
        quasi += other.quasi;
        return *this;
    }
};

// An array from index `begin` on; null stays null.
template <class T>
MC_HOST_DEVICE T* from_index(T* array, std::uint64_t begin) {
    return array ? array + begin : nullptr;
}

// Where trajectory `first + i` leaves its final record, if the caller wants it. Any pointer may be null.
struct EndRecord {
    std::uint8_t* outcome;      // (count)
    double* m1;                 // (count)
    double* m2;                 // (count)
    double* u;                  // (count)
    double* time;               // (count)
    double* weight = nullptr;   // (count): w1
    double* aligned = nullptr;  // (count): time spent with both means on one mode; 0 for a flow of kind `plain`

    // The records of the trajectories begin, begin + 1, ...
    EndRecord from(std::uint64_t begin) const {
        return {from_index(outcome, begin), from_index(m1, begin),     from_index(m2, begin),     from_index(u, begin),
                from_index(time, begin),    from_index(weight, begin), from_index(aligned, begin)};
    }
};

// A trajectory at its end.
struct TrajectoryEnd {
    OrderParameters<double> state;
    Outcome outcome;
    double weight1;
    double time;
    double aligned;  // time spent with both means on one mode
    bool quasi;      // quasi-collapse
};

// Counts a trajectory, and records it at `index` where `record` points. Counts: anything with add(Outcome) and
// add_quasi().
template <class Counts>
MC_HOST_DEVICE void count_and_record(const TrajectoryEnd& end, std::uint64_t index, const EndRecord& record,
                                     Counts& counts) {
    counts.add(end.outcome);
    if (end.quasi) counts.add_quasi();
    if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(end.outcome);
    if (record.m1) record.m1[index] = end.state.m1;
    if (record.m2) record.m2[index] = end.state.m2;
    if (record.u) record.u[index] = end.state.u;
    if (record.time) record.time[index] = end.time;
    if (record.weight) record.weight[index] = end.weight1;
    if (record.aligned) record.aligned[index] = end.aligned;
}

struct CpuOptions {
    int threads;      // at least 1
    const char* isa;  // "avx512", "avx2" or "baseline"
};

// Widest instruction set of this machine that the program was built for.
const char* best_cpu_isa();
bool cpu_supports(const char* isa);

struct CudaOptions {
    int device;  // as numbered by the CUDA runtime
};

}  // namespace modecollapse
