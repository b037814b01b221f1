// Peer (a): the script a user would write, in C++. Boost.odeint, and quadrature for every expectation of every field
// evaluation.
#include "bench/peers/odeint_trajectories.hpp"

namespace modecollapse::bench {
namespace {

template <class Flow>
PeerResult run_with(const PeerTask& task) {
    const Flow flow(problem_of(task.which));
    return OdeintTrajectories<Flow>(flow, task).run();
}

}  // namespace

PeerResult run_odeint_quadrature(const PeerTask& task) { return run_with<StrictQuadratureFlow>(task); }

PeerResult run_odeint_quadrature_fast_math(const PeerTask& task) { return run_with<FastMathQuadratureFlow>(task); }

}  // namespace modecollapse::bench
