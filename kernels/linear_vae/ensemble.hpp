// Ensemble of linear VAEs: what the host asks of a backend, and what it gets.
//
// Member i is a function of (problem, seed, i) alone, so any split of the ids over calls, threads or devices adds up to
// the same counts. Everything is in double precision. A backend takes members to their horizon and hands over their
// final states; what has become of them is read off these in one place, so that no backend types it again.
#pragma once

#include <vector>

#include "kernels/run/members.hpp"
#include "modecollapse/linear_vae/quantities.hpp"

namespace modecollapse::linear_vae {

using Status = MemberStatus;
using Task = MemberTask<Payload>;
using Ends = MemberEnds;

inline int size_of_state(const Payload& problem) { return state_size(problem.latent, problem.signal); }

// Counts of members, and sums of what each is measured by. Sums are taken over blocks of 1024 ids aligned at multiples
// of 1024, inside a block in the order of ids, blocks in their order.
struct Tally {
    std::int64_t outcome[outcome_count] = {};
    std::int64_t active[most_directions + 1] = {};    // by number of active directions; failed ones in none
    std::int64_t captured[most_directions + 1] = {};  // by number of captured signal directions
    std::int64_t attempts = 0;
    double sum[quantity_count] = {};  // in the order of Quantities; failed ones in none
    double squares[quantity_count] = {};
};
inline constexpr std::uint64_t block_of_sums = 1024;

// One member, if the caller wants it: (count) each, or null. Members that were given up leave theirs alone.
struct Records {
    double* state = nullptr;  // (count, size of a state)
    Ending* ending = nullptr;
    Quantities* quantities = nullptr;
    std::uint32_t* attempts = nullptr;  // as in Ends
};

// CPU backend. Throws std::invalid_argument for an instruction set that this machine lacks.
void run_to_ends_on_cpu(const Task& task, const Ends& ends, const CpuOptions& options);

// CUDA backend. Throws std::runtime_error.
void run_to_ends_on_cuda(const Task& task, const Ends& ends, const CudaOptions& options);

// What has become of the members of a task, on `threads` threads.
Tally tally_of(const Task& task, const Ends& ends, const Records& records, int threads);

// Both, part by part.
Tally run_on_cpu(const Task& task, const Records& records, const CpuOptions& options);
Tally run_on_cuda(const Task& task, const Records& records, const CudaOptions& options, int threads);

// States on the way, at ascending times in theta: (count, times, size of a state); a member that ends before its time
// leaves NaN. status: (count).
void follow(const Task& task, const std::vector<double>& times, double* states, Status* status, int threads);

}  // namespace modecollapse::linear_vae
