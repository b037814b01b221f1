// Peer (b): Boost.odeint on the engine's own field and fast expectations: what remains is the engine's ensemble (SIMD
// lanes with refill, its own stepper) against one trajectory at a time.
#include "bench/peers/odeint_trajectories.hpp"

namespace modecollapse::bench {

PeerResult run_odeint_fast(const PeerTask& task) {
    const FastFlow flow{*task.problem};
    return OdeintTrajectories<FastFlow>(flow, task).run();
}

}  // namespace modecollapse::bench
