// Ensembles of VAE trainings on CPU threads. A member is a function of (problem, precision, seed, id) alone.
#pragma once

#include <functional>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/vae/monitor.hpp"

namespace modecollapse::vae {

struct Record {
    std::uint8_t* outcome = nullptr;  // (count)
    std::uint64_t* steps = nullptr;   // (count): made before the end or the failure
    Monitor* monitor = nullptr;       // (count)
};

// Monitors on the way, after steps[k] steps.
struct Path {
    const std::uint64_t* steps = nullptr;  // (times), ascending, none above the problem's
    std::uint64_t times = 0;
    Monitor* monitors = nullptr;  // (count, times)
};

// Trained members, in double whatever the precision: where they stand in their training.
struct States {
    double *parameters, *first_moment, *second_moment;  // (count, that of layout_of)
    std::uint64_t* steps;                               // (count): made
    std::uint8_t* failed;                               // (count): 1: ended by a non-finite step
};

struct Task {
    const Problem* problem;
    Precision precision;
    std::uint64_t seed, first, count;  // ids first .. first + count - 1
    Record record = {};
    Path path = {};
    const States* from = nullptr;                            // trainings to go on with, or null: from the start
    const States* to = nullptr;                              // where they end, or null
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
