// One sequence VAE member on one thread, compiled once per instruction set from lanes.cpp: what can be asked of it.
//
// The member lives in `memory`, a Memory<float> or Memory<double> (memory.hpp) whose block was zero: `prepare` draws its
// parameters, the other calls go on from what the memory holds.
#pragma once

#include "kernels/gradient_flow/ensemble.hpp"
#include "kernels/sequence/token_table.hpp"
#include "modecollapse/sequence/draws.hpp"

namespace modecollapse::sequence {

enum class TaskKind { prepare, train, gradient, evaluate, weigh, draw };

// Of every sentence of the held-out table (evaluate), by one latent sample; any array may be null.
struct Evaluation {
    double *mean, *variance;  // (sentences, l): of q(z|x)
    double* sample;           // (sentences, l): z
    double* kl;               // (sentences): KL(q(z|x) || p(z))
    double* misfit;           // (sentences): -log p(x|z)
};

struct Call {
    TaskKind kind;
    const Problem* problem;
    const TokenData* data;
    Precision precision;
    std::uint64_t seed, member;
    const void* memory;

    std::uint64_t first = 0;  // train, gradient: the (first) step; else: as of which step
    std::uint64_t count = 0;  // train: steps to make; weigh, draw: latents
    std::uint64_t row = 0;    // weigh: which held-out sentence; draw: the first draw's number
    const double* given =
        nullptr;  // gradient: (batch, l) eps of the first sentences of the training table, instead of drawn
                  // ones, or null; weigh, draw: (count, l) latents
    Evaluation evaluation = {};
    double* log_likelihood = nullptr;   // weigh: (count) log p(x|z)
    double* score = nullptr;            // weigh: (count, l) its gradient in z, or null
    std::int32_t* tokens = nullptr;     // draw: (count, n_max), end marks after the first
    const StopRequest* stop = nullptr;  // once due, the call ends within a tile; or null
};

struct Answer {
    std::uint64_t steps;    // train: made before the end or the first non-finite one
    bool finite;            // train: no step was non-finite; gradient: it is finite
    double loss;            // of the last batch
    bool given_up = false;  // as `stop` asked: the step at hand was not made
};

using Lanes = Answer (*)(const Call&);
Answer sequence_lanes_baseline(const Call& call);
Answer sequence_lanes_avx2(const Call& call);
Answer sequence_lanes_avx512(const Call& call);

}  // namespace modecollapse::sequence
