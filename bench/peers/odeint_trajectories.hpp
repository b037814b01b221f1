// Runs the trajectories of a PeerTask with Boost.odeint, for any field. State and stepper live on the stack; nothing is
// allocated.
//
// Error control: odeint accepts a step if |e_i| <= eps_abs + eps_rel (|y_i| + h |dy_i/dt|), the engine if |e_i| <= tol
// max(|y_i|, floor_i). With eps_rel = tol and eps_abs = tol * floor_m the peer is asked for no more than the engine:
// its bound is the larger of the two.
#pragma once

#include <array>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

#include "bench/peers/closed_field.hpp"
#include "bench/peers/peers.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {
namespace {

using PeerState = std::array<double, 3>;  // m1, m2, u

// Field: void operator()(const PeerState& y, PeerState& rate) const.
template <class Field>
class OdeintTrajectories {
public:
    OdeintTrajectories(const Field& field, const PeerTask& task)
        : field_(field), task_(task), law_(Random123Words{}, benchmark_seed, task.which.dimension) {}

    PeerResult run() {
        PeerResult result = {};
        for (std::uint64_t i = 0; i < task_.count; ++i) {
            const std::uint64_t id = task_.first + i;
            const OrderParameters<double> start = law_(&id);
            const Outcome outcome = run_one({start.m1, start.m2, start.u}, result.attempts);
            ++result.count[static_cast<int>(outcome)];
            if (task_.outcome) task_.outcome[i] = static_cast<std::uint8_t>(outcome);
        }
        return result;
    }

private:
    static OrderParameters<double> order_parameters(const PeerState& y) { return {y[0], y[1], y[2], 0.0}; }

    double trap_of(const PeerState& y) const { return problem().traps(order_parameters(y)); }

    Outcome run_one(PeerState y, std::int64_t& attempts) const {
        namespace odeint = boost::numeric::odeint;
        const IntegratorOptions& options = problem().integrator;
        const bool until_trapped = task_.stopping == StoppingRule::trapped;
        if (until_trapped) {
            const double held = trap_of(y);
            if (held >= 0.0) return static_cast<Outcome>(static_cast<int>(held));
        }
        auto stepper = odeint::make_controlled<odeint::runge_kutta_dopri5<PeerState>>(
            options.tolerance * options.alignment_floor, options.tolerance);
        const auto system = [this](const PeerState& state, PeerState& rate, double) { field_(state, rate); };
        const double end_time = until_trapped ? problem().end_time : task_.horizon;
        double time = 0.0, step = options.first_step;
        while (time < end_time) {
            if (step > end_time - time) step = end_time - time;
            ++attempts;
            if (stepper.try_step(system, y, time, step) != odeint::success) continue;
            if (!until_trapped) continue;
            const double held = trap_of(y);
            if (held >= 0.0) return static_cast<Outcome>(static_cast<int>(held));
        }
        return until_trapped ? Outcome::undecided : problem().rule(order_parameters(y), problem().flow.weight1);
    }

    const GradientFlowPayload& problem() const { return *task_.problem; }

    const Field& field_;
    const PeerTask& task_;
    InitialLaw<double, Random123Words> law_;
};

}  // namespace
}  // namespace modecollapse::bench
