// Ensemble of K components: what the host asks of a backend, and what it gets.
//
// Member i is a function of (problem, seed, i) alone, so any split of the ids over calls, threads or devices adds up to
// the same counts. Everything is in double precision. A backend takes members to their horizon and hands over their
// final states; what has become of them is read off these in one place.
#pragma once

#include <vector>

#include "kernels/run/members.hpp"
#include "modecollapse/components/outcome.hpp"

namespace modecollapse::components {

using Status = MemberStatus;
using Task = MemberTask<Payload>;
using Ends = MemberEnds;

// CPU backend. Throws std::invalid_argument for an instruction set that this machine lacks.
void run_to_ends_on_cpu(const Task& task, const Ends& ends, const CpuOptions& options);

// CUDA backend. Throws std::runtime_error.
void run_to_ends_on_cuda(const Task& task, const Ends& ends, const CudaOptions& options);

// What has become of the members of a task: (count) each. Of those given up `covered` is -1.
void read_ends(const Task& task, const Ends& ends, Ending* endings, Quantities* quantities, int threads);

// States on the way, at ascending times: (count, times, size of a state); a member that ends before its time leaves NaN.
// status: (count).
void follow(const Task& task, const std::vector<double>& times, double* states, Status* status, int threads);

// Numbers of one lane that a thread works in.
std::uint64_t words_of_a_lane(const Payload& problem);

}  // namespace modecollapse::components
