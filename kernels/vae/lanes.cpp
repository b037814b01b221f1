// Trains and evaluates one VAE on one thread (member.hpp). Samples stand in the SIMD lanes; what a member computes does not depend
// on the instruction set (kernels/lanes/panel_products.hpp), nor on what the thread did before.
//
// This file is compiled once per instruction set, with MC_VAE_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/vae/lanes.hpp"

#include "kernels/training/descent.hpp"
#include "kernels/training/panel_normals.hpp"
#include "kernels/vae/member.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_VAE_LANES_FUNCTION
#define MC_VAE_LANES_FUNCTION vae_lanes_baseline
#endif

namespace modecollapse::vae {
namespace {

template <class Number>
Answer answer_to(const Call& call) {
    using Layers = PanelLayers<Number>;
    using Normals = PanelNormals<Number>;
    const auto& memory = *static_cast<const Memory<typename Layers::T>*>(call.memory);
    Member<Layers, Normals, Random123Words> member(*call.problem, memory, call.seed, call.member,
                                                   Layers(memory.transposed, call.stop),
                                                   Normals(call.seed, call.member), {});
    switch (call.kind) {
        case TaskKind::prepare:
            draw_start(*call.problem, Random123Words(), call.seed, call.member, memory.parameters);
            member.lift(call.first);
            break;
        case TaskKind::train:
            return member.train(call.first, call.count);
        case TaskKind::gradient:
            return member.gradient(call.first, call.given);
        case TaskKind::evaluate:
            if (call.read == DataRead::training)
                return {
                    0, true, 0.0,
                    !member.template evaluate<DataRead::training>(call.first, call.count, call.evaluation, call.data)};
            return {0, true, 0.0,
                    !member.template evaluate<DataRead::held_out>(call.first, call.count, call.evaluation, call.data)};
        case TaskKind::decode:
            return {0, true, 0.0, !member.decode(call.first, call.given, call.count, call.decoded)};
    }
    return {0, true, 0.0};
}

}  // namespace

Answer MC_VAE_LANES_FUNCTION(const Call& call) {
    if (call.precision == Precision::single_precision) return answer_to<Pack<float, register_bytes / 4>>(call);
    return answer_to<Pack<double, register_bytes / 8>>(call);
}

}  // namespace modecollapse::vae
