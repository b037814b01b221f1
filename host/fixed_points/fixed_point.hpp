// Fixed points of the closed flow in (m1, m2, u), and their stability.
#pragma once

#include <Eigen/Dense>
#include <optional>
#include <vector>

#include "modecollapse/gradient_flow/field.hpp"

namespace modecollapse {

using State = OrderParameters<double>;

struct FixedPoint {
    State state;
    Eigen::Vector3d eigenvalues;   // real parts, largest first
    Eigen::Matrix3d eigenvectors;  // columns, real parts
    bool stable;                   // all eigenvalues have a negative real part
};

// Jacobian of the field in (m1, m2, u), by central differences of the smooth fast form.
Eigen::Matrix3d jacobian(const GradientFlow& flow, double beta, const State& y);

// Newton's iteration from `start`, damped to keep u positive. Empty if it does not converge to a residual of 1e-11
// inside |m| <= 1, 0 <= u <= 2 within 50 iterations.
std::optional<FixedPoint> find_fixed_point(const GradientFlow& flow, double beta, const State& start);

// States at `time` on the trajectories from `starts` (relative tolerance 1e-8), with fixed weights; many at once cost
// little more than one.
std::vector<State> evolve(const GradientFlow& flow, double beta, const std::vector<State>& starts, double time);
State evolve(const GradientFlow& flow, double beta, const State& start, double time);

}  // namespace modecollapse
