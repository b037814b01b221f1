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
    for (std::uint64_t j = 0; j < at.nodes && !is_due(call.stop); j += register_bytes / 8) {
        const Wide z[] = {load<Wide>(at.z0 + j), load<Wide>(at.z1 + j)};
        store(log_source_likelihood(*call.law, call.parameters, at.tokens, at.length, z, static_cast<Wide*>(call.work)),
              at.log_likelihood + j);
    }
}

void draw(const SyntheticCall& call, const SentencesCall& wanted) {
    using Wide = Pack<double, register_bytes / 8>;
    constexpr std::uint64_t lanes = register_bytes / 8;
    for (std::uint64_t i = 0; i < wanted.count && !is_due(call.stop); i += lanes) {
        const std::uint64_t count = wanted.count - i < lanes ? wanted.count - i : lanes;
        SentenceBlocks blocks[lanes];
        for (std::uint64_t l = 0; l < lanes; ++l)
            blocks[l] = blocks_of_sentence(*call.law, wanted.first + i + (l < count ? l : 0));
        std::int32_t* to = wanted.tokens + i * call.law->most_tokens;
        const auto drawn = draw_source_sentences(
            {*call.law, call.parameters}, blocks, Random123Words(), static_cast<Wide*>(call.work),
            [&](int lane, std::uint32_t t, std::int32_t token) __attribute__((always_inline)) {
                const auto l = static_cast<std::uint64_t>(lane);
                if (l < count) to[l * call.law->most_tokens + t] = token;
            },
            [&]() __attribute__((always_inline)) { return !is_due(call.stop); });
        for (std::uint64_t l = 0; l < count; ++l) {
            for (int k = 0; k < source_latent; ++k)
                wanted.z[(i + l) * source_latent + static_cast<unsigned>(k)] = drawn.z[k][l];
            wanted.length[i + l] = drawn.length[l];
        }
    }
}

}  // namespace

void MC_SYNTHETIC_LANES_FUNCTION(const SyntheticCall& call) {
    if (call.nodes) return find_likelihoods(call, *call.nodes);
    draw(call, *call.sentences);
}

}  // namespace modecollapse::sequence
