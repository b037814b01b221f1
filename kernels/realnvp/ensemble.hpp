// Ensemble of RealNVP trainings: what the host asks of a backend.
//
// Member i is a function of (problem, precision, seed, i) alone, so any split of the ids over calls or threads, and any
// break of the training at a step, adds up to the same bits. A step with a non-finite loss, gradient or parameter ends
// the training of its member; which members are `failed` says modecollapse/realnvp/outcome.hpp.
#pragma once

#include <functional>

#include "kernels/gradient_flow/ensemble.hpp"
#include "kernels/realnvp/monitor.hpp"
#include "kernels/training/task.hpp"
#include "modecollapse/realnvp/outcome.hpp"
#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

struct RealnvpCounts {
    std::int64_t count[realnvp_outcome_count];
    std::int64_t steps;  // made, by all members
    bool stopped;        // on request: then members are missing from the counts
};

struct RealnvpRecord {
    std::uint8_t* outcome = nullptr;    // (count)
    std::uint64_t* steps = nullptr;     // (count): made before the end or the failure
    RealnvpMonitor* monitor = nullptr;  // (count): at the end; NaN where training ended at a non-finite number
};

// Monitors on the way, after steps[k] steps.
struct RealnvpPath {
    const std::uint64_t* steps = nullptr;  // (times), ascending, none above `until`
    std::uint64_t times = 0;
    RealnvpMonitor* monitors = nullptr;  // (count, times); NaN after a failure
};

struct RealnvpTask {
    const RealnvpProblem* problem;
    Precision precision;
    std::uint64_t seed;
    std::uint64_t first;  // id of the first member
    std::uint64_t count;
    std::uint64_t until;                   // steps at which to end: the problem's, or fewer
    const TrainingStates* from = nullptr;  // go on from there instead of from the start
    const TrainingStates* to = nullptr;    // leave the members there
    RealnvpRecord record = {};
    RealnvpPath path = {};
    std::uint64_t target_samples = 0;  // for the forward KL; 0: not asked for
    // Once due, the members at hand are given up within the step that they are in (CUDA: after the launch). May be null.
    const StopRequest* stop = nullptr;
    std::function<void(std::uint64_t steps)> progress = {};  // steps made by all members; by the calling thread
};

// CPU backend. Throws std::invalid_argument for an instruction set that this machine lacks, std::bad_alloc.
RealnvpCounts run_realnvp_on_cpu(const RealnvpTask& task, const CpuOptions& options);

// Memory that a thread takes, in bytes.
std::size_t realnvp_thread_bytes(const RealnvpProblem& problem, Precision precision);

// One member at given parameters (n), for samples and for tests. Arrays (count, d) and (count); any output may be null.
// isa: see CpuOptions.
struct RealnvpMember {
    const RealnvpProblem* problem;
    Precision precision;
    std::uint64_t seed, id;
    const double* parameters;
    const StopRequest* stop = nullptr;  // once due, what is asked of the member is not finished; or null
};
// The parameters of a member at its start. parameters: (n).
void realnvp_start(const RealnvpMember& member, const char* isa, double* parameters);
// Samples first .. first + count - 1 of the stream Purpose::realnvp_draws, or those of the base samples z.
void realnvp_sample(const RealnvpMember& member, const char* isa, const double* z, std::uint64_t first,
                    std::uint64_t count, double* x, double* log_q, double* log_p);
// log q at x, which becomes the base samples f^-1(x).
void realnvp_density(const RealnvpMember& member, const char* isa, double* x, std::uint64_t count, double* log_q,
                     double* log_p);
// Batch mean of log q - beta log p at step `step` and its gradient (n), for the batch of base samples z (batch, d), or
// the step's own if null.
double realnvp_gradient(const RealnvpMember& member, const char* isa, const double* z, std::uint64_t step,
                        double* gradient);

// CUDA backend, without the forward KL. Throws std::runtime_error: with the CUDA error's text, or because the program
// was built without CUDA.
RealnvpCounts run_realnvp_on_cuda(const RealnvpTask& task, const CudaOptions& options);

}  // namespace modecollapse
