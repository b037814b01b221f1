// One RealNVP member on one thread, compiled once per instruction set from lanes.cpp: what can be asked of it.
//
// The member lives in `memory` (memory.hpp): `prepare` puts its masks there, and its parameters at the start, or leaves
// those that stand there; the other calls go on from what the memory holds.
#pragma once

#include "kernels/training/answer.hpp"
#include "modecollapse/realnvp/draws.hpp"

namespace modecollapse {

enum class RealnvpTaskKind { prepare, restore, train, gradient, sample, density };

struct RealnvpCall {
    RealnvpTaskKind kind;
    const RealnvpProblem* problem;
    Precision precision;
    std::uint64_t seed;
    std::uint64_t member;  // id
    void* memory;

    std::uint64_t first = 0;                        // train: steps already made; sample: number of the first sample
    std::uint64_t count = 0;                        // train: steps to make; gradient, sample, density: samples
    Purpose purpose = Purpose::realnvp_evaluation;  // sample: of which stream; gradient: realnvp_batch, of step `first`
    double* x =
        // (count, d). gradient: base samples in, or null: drawn; sample: out, or null; density: in, base samples out
        nullptr;
    const double* z = nullptr;          // sample: (count, d) base samples instead of drawn ones, or null
    double* log_q = nullptr;            // (count), or null
    double* log_p = nullptr;            // (count), or null
    double* along = nullptr;            // (count, r): <mu*, x>, or of K* modes the coordinates in their span; or null
    const StopRequest* stop = nullptr;  // once due, the call ends within a tile of samples; or null
};

using RealnvpAnswer = TrainingAnswer;
using RealnvpLanes = RealnvpAnswer (*)(const RealnvpCall&);
RealnvpAnswer realnvp_lanes_baseline(const RealnvpCall& call);
RealnvpAnswer realnvp_lanes_avx2(const RealnvpCall& call);
RealnvpAnswer realnvp_lanes_avx512(const RealnvpCall& call);

}  // namespace modecollapse
