// Trains and evaluates one sequence VAE on one thread (member.hpp). Sentences stand in the SIMD lanes; what a member computes does
// not depend on the instruction set (kernels/lanes/panel_products.hpp), nor on what the thread did before.
//
// This file is compiled once per instruction set, with MC_SEQUENCE_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/sequence/lanes.hpp"

#include "kernels/sequence/member.hpp"
#include "kernels/training/descent.hpp"
#include "kernels/training/panel_normals.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_SEQUENCE_LANES_FUNCTION
#define MC_SEQUENCE_LANES_FUNCTION sequence_lanes_baseline
#endif

namespace modecollapse::sequence {
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
            break;
        case TaskKind::train:
            return member.train(call.first, call.count, call.data->training);
        case TaskKind::gradient:
            return member.gradient(call.first, call.data->training, call.given);
        case TaskKind::evaluate:
            if (call.read == DataRead::training)
                return {0, true, 0.0,
                        !member.template evaluate<DataRead::training>(call.first, call.data->training, call.count,
                                                                      call.evaluation)};
            return {0, true, 0.0,
                    !member.template evaluate<DataRead::held_out>(call.first, call.data->held_out, call.count,
                                                                  call.evaluation)};
        case TaskKind::weigh:
            return {0, true, 0.0,
                    !member.weigh(call.first, call.data->held_out, call.row, call.given, call.count,
                                  call.log_likelihood, call.score)};
        case TaskKind::draw:
            return {0, true, 0.0, !member.draw(call.first, call.row, call.given, call.count, call.tokens)};
    }
    return {0, true, 0.0};
}

}  // namespace

Answer MC_SEQUENCE_LANES_FUNCTION(const Call& call) {
    if (call.precision == Precision::single_precision) return answer_to<Pack<float, register_bytes / 4>>(call);
    return answer_to<Pack<double, register_bytes / 8>>(call);
}

}  // namespace modecollapse::sequence
