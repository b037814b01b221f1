// The linear regime: how a small cloud of starts around m1 = m2 = 0 is carried along while it stays small
// (docs/theory.md, section 3).
//
//   y(t) = y0(t) + M(t) (m1(0), m2(0)) + O(m(0)^2),   y = (m1, m2, u)
//   M(t) = dy(t) / d(m1(0), m2(0)),   M(0) = [[1,0],[0,1],[0,0]]
//
// y0 is the trajectory from m1 = m2 = 0 at a given overlap: at rest in m for w* = 1/2, a drift of the whole cloud
// otherwise. Both follow from the engine's own field and Runge-Kutta pair over dual numbers; no equation is written a
// second time. Dimensionless.
#pragma once

#include <vector>

#include "modecollapse/gradient_flow/trajectory.hpp"

namespace modecollapse {

struct LinearizedState {
    double time;
    OrderParameters<double> centre;  // y0
    double response[3][2];           // M: rows m1, m2, u; columns m1(0), m2(0)
};

// Largest singular value of M's upper 2 x 2 block relative to the smallest, and the direction in (m1(0), m2(0)) that is
// stretched least.
struct Stretching {
    double ratio;  // smallest over largest, in [0, 1]
    double slow[2];
};

class LinearRegime {
public:
    // problem: fixed weights. u0 = 1 - s(0), in [0, 2]. Follows the flow, under its annealing schedule, until the
    // Frobenius norm of M reaches `largest_response`, y0 enters a trap or the end time comes. Throws std::runtime_error
    // if the integrator uses up its steps.
    LinearRegime(const GradientFlowPayload& problem, double u0, double largest_response);

    // The last state at which |M|_F is at most `response`; the start if there is none.
    const LinearizedState& last_below(double response) const;

    // Of the (m1, m2) part of M at the end of what was followed.
    Stretching stretching() const;

    const std::vector<LinearizedState>& states() const { return states_; }

private:
    std::vector<LinearizedState> states_;  // one an accepted step, the start first
};

// Frobenius norm of M.
double response_norm(const LinearizedState& state);

}  // namespace modecollapse
