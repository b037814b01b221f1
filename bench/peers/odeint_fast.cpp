// Peer (b): Boost.odeint on the engine's own field and fast expectations: what remains is the engine's ensemble (SIMD lanes with refill,
// its own stepper) against one trajectory at a time.
#include "bench/peers/odeint_trajectories.hpp"

namespace modecollapse::bench {
namespace {

struct FastFlow {
    const FlowProblem& problem;
    void operator()(const PeerState& y, PeerState& rate, double) const {
        const OrderParameters<double> state = {y[0], y[1], y[2], 0.0};
        const OrderParameters<double> value = problem.flow(state, problem.beta);
        rate = {value.m1, value.m2, value.u};
    }
};

}  // namespace

PeerResult run_odeint_fast(const PeerTask& task) {
    const FastFlow flow{*task.problem};
    return OdeintTrajectories<FastFlow>(flow, task).run();
}

}  // namespace modecollapse::bench
