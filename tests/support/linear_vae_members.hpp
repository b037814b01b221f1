// Linear VAEs for tests: followed one by one by the plain scalar functions, and as an ensemble with its records.
#pragma once

#include <vector>

#include "kernels/linear_vae/ensemble.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::support {

using VaeState = linear_vae::AnyState;
using VaePayload = linear_vae::Payload;

inline VaeState empty_state(const VaePayload& problem) {
    VaeState y;
    set_sizes(y, problem.latent, problem.signal);
    for (int i = 0; i < y.size(); ++i) y.at(i) = 0.0;
    for (int a = 0; a < problem.latent; ++a) y.variance(a) = 1.0;
    return y;
}

// One latent and one signal direction.
inline VaeState simple_state(double m, double d, double q, double e, double r, double variance) {
    VaeState y;
    set_sizes(y, 1, 1);
    const double value[] = {m, d, q, e, r, variance};
    for (int i = 0; i < 6; ++i) y.at(i) = value[i];
    return y;
}

inline VaeState drawn_start(const VaePayload& problem, std::uint64_t seed, std::uint64_t id) {
    VaeState y;
    linear_vae::InitialLaw<double, linear_vae::BoundedShape<linear_vae::most_directions>, Random123Words>(
        problem, Random123Words{}, seed)(&id, y);
    return y;
}

// Follows the flow from `start`; stops at the horizon or as soon as until(state, theta). Returns the theta reached, or
// -1 where the steps were used up.
template <class Until>
double follow_flow(const VaePayload& problem, VaeState& y, const Until& until) {
    using Shape = linear_vae::BoundedShape<linear_vae::most_directions>;
    const linear_vae::TrajectoryStepper<double, Shape> stepper(problem);
    linear_vae::Trajectory<double, Shape> trajectory;
    trajectory.state = y;
    stepper.begin(trajectory);
    double end = runs_on;
    while (end == runs_on && !until(trajectory.state, trajectory.theta)) end = stepper.advance(trajectory);
    y = trajectory.state;
    return end == ended_stuck ? -1.0 : trajectory.theta;
}

inline VaeState end_of_flow(const VaePayload& problem, VaeState y) {
    follow_flow(problem, y, [](const VaeState&, double) { return false; });
    return y;
}

struct VaeEnsemble {
    linear_vae::Tally tally;
    std::vector<double> state;  // (count, size of a state)
    std::vector<linear_vae::Ending> ending;
    std::vector<linear_vae::Quantities> quantities;
};

inline VaeEnsemble run_vaes(const VaePayload& problem, std::uint64_t seed, std::uint64_t first, std::uint64_t count,
                            const CpuOptions& options) {
    VaeEnsemble result;
    result.state.resize(count * static_cast<std::uint64_t>(linear_vae::size_of_state(problem)));
    result.ending.resize(count);
    result.quantities.resize(count);
    result.tally = linear_vae::run_on_cpu(
        {&problem, seed, first, count}, {result.state.data(), result.ending.data(), result.quantities.data()}, options);
    return result;
}

// Steps that lead SGD to the problem's horizon.
inline void set_steps(VaePayload& problem) {
    problem.steps = static_cast<std::uint64_t>(problem.horizon * problem.dimension / problem.learning_rate + 1e-9);
}

}  // namespace modecollapse::support
