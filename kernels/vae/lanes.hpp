// One VAE member on one thread, compiled once per instruction set from lanes.cpp: what can be asked of it.
//
// The member lives in `memory`, a Memory<float> or Memory<double> (memory.hpp) whose block was zero: `prepare` draws its
// parameters, the other calls go on from what the memory holds.
#pragma once

#include "kernels/training/answer.hpp"
#include "kernels/training/data_read.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::vae {

enum class TaskKind { prepare, train, gradient, evaluate, decode };

// Of data (evaluate), each by one latent sample for each class; any array may be null. c: classes, 1 without
// clusters.
struct Evaluation {
    double *mean, *variance;  // (data, c, l): of q(z|x,y)
    double* share;            // (data, c): q(y|x)
    double *kl, *class_kl;    // (data): sum_y q(y|x) KL(q(z|x,y) || p(z|y)); KL(q(y|x) || p(y))
    double* misfit;           // (data): sum_y q(y|x) (-log p(x|z_y))
};

// Of `count` given latents (decode).
struct Decoded {
    double *output, *jacobian;  // (count, t): f(z); (count, l, t): its derivatives, or null
};

// first: prepare, evaluate, decode: as of which step; count: evaluate: data; decode: latents
struct Call : TrainingCall<Problem, TaskKind> {
    const double* given =
        nullptr;  // gradient: (batch, t + l) data and eps instead of drawn ones, or null; decode: (count, l)
    DataRead read = DataRead::held_out;  // evaluate
    double* data = nullptr;              // evaluate: (count, t) the data out, or null
    Evaluation evaluation = {};
    Decoded decoded = {};
};

using Answer = TrainingAnswer;
using Lanes = Answer (*)(const Call&);
Answer vae_lanes_baseline(const Call& call);
Answer vae_lanes_avx2(const Call& call);
Answer vae_lanes_avx512(const Call& call);

}  // namespace modecollapse::vae
