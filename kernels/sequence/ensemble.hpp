// Ensembles of sequence VAE trainings on CPU threads. A member is a function of (problem, data, precision, seed, id) alone.
#pragma once

#include <functional>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/sequence/monitor.hpp"
#include "kernels/vae/ensemble.hpp"

namespace modecollapse::sequence {

struct Record {
    std::uint8_t* outcome = nullptr;  // (count): vae::Outcome
    std::uint64_t* steps = nullptr;   // (count): made before the end or the failure
    Monitor* monitor = nullptr;       // (count)
};

// Monitors on the way, after steps[k] steps.
struct Path {
    const std::uint64_t* steps = nullptr;  // (times), ascending, none above the problem's
    std::uint64_t times = 0;
    Monitor* monitors = nullptr;  // (count, times)
};

struct Task {
    const Problem* problem;
    const TokenData* data;
    Precision precision;
    std::uint64_t seed, first, count;  // ids first .. first + count - 1
    Record record = {};
    Path path = {};
    const vae::States* from = nullptr;                       // trainings to go on with, or null: from the start
    const vae::States* to = nullptr;                         // where they end, or null
    const StopRequest* stop = nullptr;                       // once due, members at hand are given up
    std::function<void(std::uint64_t steps)> progress = {};  // steps made by all; by the calling thread
};

// False: stopped; members that were not finished are not recorded. Throws std::invalid_argument for an instruction set
// that this machine lacks, std::bad_alloc.
bool run_on_cpu(const Task& task, const CpuOptions& options);

// A trained member at work: its parameters (count), and who it is.
struct TrainedMember {
    const Problem* problem;
    Precision precision;
    std::uint64_t seed, id, steps;  // steps: made, for the schedules
    const double* parameters;
    const StopRequest* stop = nullptr;
};

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
