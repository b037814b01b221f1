// log p(x|z) of a sentence of a synthetic source, a node z a lane: synthetic_posterior.hpp.
//
// This file is compiled once per instruction set, with MC_SYNTHETIC_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/lanes/pack.hpp"
#include "kernels/sequence/synthetic_posterior.hpp"

#ifndef MC_SYNTHETIC_LANES_FUNCTION
#define MC_SYNTHETIC_LANES_FUNCTION synthetic_lanes_baseline
#endif

namespace modecollapse::sequence {

void MC_SYNTHETIC_LANES_FUNCTION(const NodesCall& call) {
    using Wide = Pack<double, register_bytes / 8>;
    for (std::uint64_t j = 0; j < call.nodes; j += register_bytes / 8) {
        const Wide z[] = {load<Wide>(call.z0 + j), load<Wide>(call.z1 + j)};
        store(log_source_likelihood(*call.law, call.parameters, call.tokens, call.length, z,
                                    static_cast<Wide*>(call.work)),
              call.log_likelihood + j);
    }
}

}  // namespace modecollapse::sequence
