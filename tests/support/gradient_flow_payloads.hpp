// Problems, flows and ensembles that several tests start from.
#pragma once

#include <cstdint>
#include <vector>

#include "host/expectation/fast_expectation.hpp"
#include "host/fixed_points/fixed_point.hpp"
#include "host/mixture/setup.hpp"

namespace modecollapse::support {

inline Problem problem_of(double radius, double target_weight, double weight, double beta = 1.0) {
    return {radius, target_weight, weight, beta};
}

inline GradientFlow flow_of(const Problem& problem, double expectation_error = default_expectation_error) {
    return {build_fast_expectations(problem.radius, problem.target_weight, problem.weight, expectation_error),
            problem.weight, 1.0 - problem.weight};
}

// A problem without traps that runs to `end_time`, for following single trajectories.
inline GradientFlowPayload untrapped(const GradientFlow& flow, double beta, double end_time, double tolerance,
                                     double alignment_floor = 1e-3) {
    GradientFlowPayload problem = {};
    problem.flow = flow;
    problem.rule = {default_alignment_threshold, default_weight_floor};
    problem.integrator = {tolerance, alignment_floor, 1e-4, 0.05, 1e6};
    problem.beta = beta;
    problem.end_time = end_time;
    return problem;
}

// Start of trajectory `id` by the initial law.
State start_of(std::uint64_t id, std::uint64_t seed, double dimension);

// Smallest eigenvalue of the Gram matrix [[1,m1,m2],[m1,1,s],[m2,s,1]].
double smallest_gram_eigenvalue(const State& y);

// Final records of an ensemble: outcome, state and time, each (count).
struct Records {
    explicit Records(std::uint64_t count)
        : outcome(count), m1(count), m2(count), u(count), time(count), weight(count), aligned(count) {}
    EndRecord pointers() { return pointers_from(0); }
    // Where trajectory `offset` onward goes.
    EndRecord pointers_from(std::uint64_t offset) {
        return {outcome.data() + offset, m1.data() + offset,     m2.data() + offset,     u.data() + offset,
                time.data() + offset,    weight.data() + offset, aligned.data() + offset};
    }
    State state(std::uint64_t i) const { return {m1[i], m2[i], u[i], 0.0}; }

    std::vector<std::uint8_t> outcome;
    std::vector<double> m1, m2, u, time, weight, aligned;
};

}  // namespace modecollapse::support
