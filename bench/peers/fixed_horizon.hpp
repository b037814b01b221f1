// The same work for every solver: the reference case from given starts to one fixed time, where the states are
// compared.
//
// No stopping rule, no random numbers, no outcome: only the integration. A solver is asked for a relative tolerance and
// an absolute one of tolerance / sqrt(d), the size of a start (the engine's floor); what it achieves is measured
// against `reference_states`.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "bench/reference_case.hpp"

namespace modecollapse::bench {

using HorizonState = std::array<double, 3>;  // m1, m2, u

// Most trajectories are on their way then: without a trapping test the median outcome is certain at about 8.
inline constexpr double fixed_horizon = 10.0;

// The reference case to that time: no trajectory ends before.
inline GradientFlowPayload fixed_horizon_problem(double tolerance) {
    Case which;
    which.tolerance = tolerance;
    which.horizon = fixed_horizon;
    GradientFlowPayload problem = gradient_flow_payload_of(which);
    problem.traps.box_count = problem.traps.ellipsoid_count = 0;
    return problem;
}

inline double horizon_error(const HorizonState& end, const HorizonState& reference) {
    double error = 0.0;
    for (int k = 0; k < 3; ++k) error = std::fmax(error, std::fabs(end[k] - reference[k]));
    return error;
}

struct HorizonTask {
    Problem problem;
    double dimension;
    double horizon;  // time units
    std::vector<HorizonState> starts;
    const GradientFlowPayload* fast;  // the engine's field on its fast expectations
};

struct HorizonSolver {
    std::string solver;  // "CVODE"
    std::string method;  // "Adams"
    std::string field;   // "quadrature" or "polynomials"
    // The states at the horizon, from every start, at the relative tolerance.
    std::vector<HorizonState> (*run)(const HorizonTask& task, double tolerance);
};

inline double absolute_tolerance(const HorizonTask& task, double tolerance) {
    return tolerance / std::sqrt(task.dimension);
}

// An error below 1e-12: Fehlberg's pair 7(8) at a tolerance of 1e-13, expectations by the trapezoidal rule, which
// converges geometrically for these integrands.
std::vector<HorizonState> reference_states(const HorizonTask& task);

std::vector<HorizonSolver> odeint_solvers();
std::vector<HorizonSolver> sundials_solvers();  // none if SUNDIALS was not found when this was built

}  // namespace modecollapse::bench
