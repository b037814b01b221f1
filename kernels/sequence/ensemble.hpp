// Ensembles of sequence VAE trainings on CPU threads. A member is a function of (problem, data, precision, seed, id) alone.
#pragma once

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/sequence/monitor.hpp"
#include "kernels/training/task.hpp"

namespace modecollapse::sequence {

struct Task : TrainingTask<Problem, Monitor> {
    const TokenData* data;
};
using TrainedMember = TrainedMemberOf<Problem>;

// False: stopped; members that were not finished are not recorded. Throws std::invalid_argument for an instruction set
// that this machine lacks, std::bad_alloc.
bool run_on_cpu(const Task& task, const CpuOptions& options);

// The same members by blocks of a CUDA device. False: stopped. Throws std::runtime_error: with the CUDA error's text, or because the
// program was built without CUDA.
bool run_on_cuda(const Task& task, const CudaOptions& options);

// What the encoder makes of the sentences of a table. False: stopped. Any array of `evaluation` may be null.
bool encode(const TrainedMember& member, const TokenTable& table, const char* isa, const Evaluation& evaluation);

// log p(x|z) of sentence `row` of a table at latents z (count, l), and its gradient in z (count, l) unless that is null. False:
// stopped.
bool weigh(const TrainedMember& member, const TokenTable& table, std::uint64_t row, const double* z,
           std::uint64_t count, const char* isa, double* log_likelihood, double* score);

// Draws skip .. skip + count - 1 of the prior: z (count, l) and a sentence (count, n_max) at each. False: stopped.
bool sample_prior(const TrainedMember& member, const char* isa, std::uint64_t skip, std::uint64_t count, double* z,
                  std::int32_t* tokens);

// Memory that a thread takes, in bytes.
std::size_t thread_bytes(const Problem& problem, Precision precision);

// For tests: the parameters of a member at its start (count), and the loss and its gradient (count) at given ones.
// given: (batch, l) eps of the first sentences of the training table.
void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters);
double gradient_at(const Problem& problem, const TokenData& data, const double* parameters, const double* given,
                   std::uint64_t step, const char* isa, double* gradient);

}  // namespace modecollapse::sequence
