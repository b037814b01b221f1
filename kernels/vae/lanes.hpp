// One VAE member on one thread, compiled once per instruction set from lanes.cpp: what can be asked of it.
//
// The member lives in `memory`, a Memory<float> or Memory<double> (memory.hpp) whose block was zero: `prepare` draws its
// parameters, the other calls go on from what the memory holds.
#pragma once

#include "kernels/training/answer.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::vae {

enum class TaskKind { prepare, train, gradient, evaluate, decode };

// Of the held-out data (evaluate), each by one latent sample for each class; any array may be null. c: classes, 1 without
// clusters.
struct Evaluation {
    double *mean, *variance;  // (held_out, c, l): of q(z|x,y)
    double* share;            // (held_out, c): q(y|x)
    double *kl, *class_kl;    // (held_out): sum_y q(y|x) KL(q(z|x,y) || p(z|y)); KL(q(y|x) || p(y))
    double* misfit;           // (held_out): sum_y q(y|x) (-log p(x|z_y))
};

// Of `count` given latents (decode).
struct Decoded {
    double *output, *jacobian;  // (count, t): f(z); (count, l, t): its derivatives, or null
};

// first: evaluate, decode: as of which step; count: decode: latents
struct Call : TrainingCall<Problem, TaskKind> {
    const double* given =
        nullptr;             // gradient: (batch, t + l) data and eps instead of drawn ones, or null; decode: (count, l)
    double* data = nullptr;  // evaluate: (held_out, t) the data out, or null
    Evaluation evaluation = {};
    Decoded decoded = {};
};

using Answer = TrainingAnswer;
using Lanes = Answer (*)(const Call&);
Answer vae_lanes_baseline(const Call& call);
Answer vae_lanes_avx2(const Call& call);
Answer vae_lanes_avx512(const Call& call);

}  // namespace modecollapse::vae
