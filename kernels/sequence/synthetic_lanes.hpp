// What is compiled once per instruction set of synthetic sentences: their chances at many latents, and draws of them. The same
// bits by each.
#pragma once

#include "kernels/run/stop_request.hpp"
#include "modecollapse/sequence/synthetic_source.hpp"

namespace modecollapse::sequence {

// log p(x|z_j) of a sentence at nodes z_j = (z0, z1).
struct NodesCall {
    const std::int32_t* tokens;
    std::uint32_t length;
    std::uint64_t nodes;     // a multiple of most_source_lanes
    const double *z0, *z1;   // (nodes)
    double* log_likelihood;  // (nodes)
};

// Sentences first .. first + count - 1.
struct SentencesCall {
    std::uint64_t first, count;
    double* z;              // (count, 2)
    std::uint32_t* length;  // (count)
    std::int32_t* tokens;   // (count, most_tokens)
};

inline constexpr std::uint64_t most_source_lanes = 8;

struct SyntheticCall {
    const SyntheticLaw* law;
    const double* parameters;
    void* work;              // most_source_lanes source_work doubles, aligned to 64 bytes
    const NodesCall* nodes;  // one of the two, the other null
    const SentencesCall* sentences;
    const StopRequest* stop = nullptr;  // once due, the call ends and what it was to make is of no use; or null
};
void synthetic_lanes_baseline(const SyntheticCall& call);
void synthetic_lanes_avx2(const SyntheticCall& call);
void synthetic_lanes_avx512(const SyntheticCall& call);

}  // namespace modecollapse::sequence
