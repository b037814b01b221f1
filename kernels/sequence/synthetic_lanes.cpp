// This file is compiled once per instruction set, with MC_SYNTHETIC_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/sequence/synthetic_lanes.hpp"

#include "kernels/lanes/pack.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_SYNTHETIC_LANES_FUNCTION
#define MC_SYNTHETIC_LANES_FUNCTION synthetic_lanes_baseline
#endif

namespace modecollapse::sequence {
namespace {

void find_likelihoods(const SyntheticCall& call, const NodesCall& at) {
    using Wide = Pack<double, register_bytes / 8>;
    for (std::uint64_t j = 0; j < at.nodes; j += register_bytes / 8) {
        const Wide z[] = {load<Wide>(at.z0 + j), load<Wide>(at.z1 + j)};
        store(log_source_likelihood(*call.law, call.parameters, at.tokens, at.length, z, static_cast<Wide*>(call.work)),
              at.log_likelihood + j);
    }
}

void draw(const SyntheticCall& call, const SentencesCall& wanted) {
    const Random123Words words;
    for (std::uint64_t i = 0; i < wanted.count; ++i) {
        const SourceLatent latent = source_latent_of(*call.law, wanted.first + i, words);
        for (int k = 0; k < source_latent; ++k) wanted.z[i * source_latent + static_cast<unsigned>(k)] = latent.z[k];
        wanted.length[i] =
            draw_source_sentence(*call.law, call.parameters, wanted.first + i, latent.z, words,
                                 static_cast<double*>(call.work), wanted.tokens + i * call.law->most_tokens);
    }
}

}  // namespace

void MC_SYNTHETIC_LANES_FUNCTION(const SyntheticCall& call) {
    if (call.nodes) return find_likelihoods(call, *call.nodes);
    draw(call, *call.sentences);
}

}  // namespace modecollapse::sequence
