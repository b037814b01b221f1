// One sequence VAE member on one thread, compiled once per instruction set from lanes.cpp: what can be asked of it.
//
// The member lives in `memory`, a Memory<float> or Memory<double> (memory.hpp) whose block was zero: `prepare` draws its
// parameters, the other calls go on from what the memory holds.
#pragma once

#include "kernels/sequence/token_table.hpp"
#include "kernels/training/answer.hpp"
#include "kernels/training/data_read.hpp"
#include "modecollapse/sequence/draws.hpp"

namespace modecollapse::sequence {

enum class TaskKind { prepare, train, gradient, evaluate, weigh, draw };

// Of sentences (evaluate), by one latent sample; any array may be null.
struct Evaluation {
    double *mean, *variance;  // (sentences, l): of q(z|x)
    double* sample;           // (sentences, l): z
    double* kl;               // (sentences): KL(q(z|x) || p(z))
    double* misfit;           // (sentences): -log p(x|z)
};

// count: evaluate: sentences, all of the held-out table or the first trained on; weigh, draw: latents
struct Call : TrainingCall<Problem, TaskKind> {
    const TokenData* data = nullptr;

    std::uint64_t row = 0;  // weigh: which held-out sentence; draw: the first draw's number
    const double* given =
        nullptr;  // gradient: (batch, l) eps of the first sentences of the training table, instead of drawn
                  // ones, or null; weigh, draw: (count, l) latents
    DataRead read = DataRead::held_out;  // evaluate
    Evaluation evaluation = {};
    double* log_likelihood = nullptr;  // weigh: (count) log p(x|z)
    double* score = nullptr;           // weigh: (count, l) its gradient in z, or null
    std::int32_t* tokens = nullptr;    // draw: (count, n_max), end marks after the first
};

using Answer = TrainingAnswer;
using Lanes = Answer (*)(const Call&);
Answer sequence_lanes_baseline(const Call& call);
Answer sequence_lanes_avx2(const Call& call);
Answer sequence_lanes_avx512(const Call& call);

}  // namespace modecollapse::sequence
