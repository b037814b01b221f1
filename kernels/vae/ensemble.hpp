// Ensembles of VAE trainings. A member is a function of (problem, precision, seed, id) alone.
#pragma once

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/training/task.hpp"
#include "kernels/vae/monitor.hpp"

namespace modecollapse::vae {

using Task = TrainingTask<Problem, Monitor>;
using TrainedMember = TrainedMemberOf<Problem>;

// False: stopped; members that were not finished are not recorded. Throws std::invalid_argument for an instruction set
// that this machine lacks, std::bad_alloc.
bool run_on_cpu(const Task& task, const CpuOptions& options);

// The same members by blocks of a CUDA device. False: stopped. Throws std::runtime_error: with the CUDA error's text, or because the
// program was built without CUDA.
bool run_on_cuda(const Task& task, const CudaOptions& options);

// What the encoder makes of the problem's held-out data; data: these (held_out, t), or null. False: stopped. Any array of
// `evaluation` may be null.
bool encode(const TrainedMember& member, const char* isa, const Evaluation& evaluation, double* data = nullptr);

// The decoder's output f (count, t) at latents z (count, l). False: stopped.
bool decode(const TrainedMember& member, const char* isa, std::uint64_t count, const double* z, double* f);

// Draws skip .. skip + count - 1 of the prior, z (count, l), their classes (count), and the decoder's output f (count, t) at
// each. False: stopped.
bool sample_prior(const TrainedMember& member, const char* isa, std::uint64_t skip, std::uint64_t count, double* z,
                  std::int64_t* classes, double* f);

// Memory that a thread takes, in bytes.
std::size_t thread_bytes(const Problem& problem, Precision precision);

// For tests: the parameters of a member at its start (count), and the loss and its gradient (count) at given ones.
// given: (batch, t + l) data and eps, or null for the step's own.
void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters);
double gradient_at(const Problem& problem, const double* parameters, const double* given, std::uint64_t step,
                   const char* isa, double* gradient);

// For tests: given latents (count, l) through the decoder, as in lanes.hpp.
void decode_at(const Problem& problem, const double* parameters, const double* z, std::uint64_t count, const char* isa,
               double* f, double* jacobian);

}  // namespace modecollapse::vae
