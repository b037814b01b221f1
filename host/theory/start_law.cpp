#include "host/theory/start_law.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace modecollapse {

// Golub and Welsch (Math. Comp. 23 (1969) 221) for the Gegenbauer polynomials of parameter lambda = (d - 2) / 2, whose
// monic recurrence has the coefficients k (k + 2 lambda - 1) / (4 (k + lambda) (k + lambda - 1)); for k = 1 a factor
// lambda cancels, which d = 2 needs.
std::vector<QuadratureNode> overlap_nodes(double dimension, int n) {
    const double lambda = 0.5 * (dimension - 2.0);
    Eigen::MatrixXd recurrence = Eigen::MatrixXd::Zero(n, n);
    for (int k = 1; k < n; ++k) {
        const double square =
            k == 1 ? 0.5 / (1.0 + lambda) : k * (k + 2.0 * lambda - 1.0) / (4.0 * (k + lambda) * (k + lambda - 1.0));
        recurrence(k, k - 1) = recurrence(k - 1, k) = std::sqrt(square);
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(recurrence);
    std::vector<QuadratureNode> nodes;
    for (int i = 0; i < n; ++i) nodes.push_back({solver.eigenvalues()[i], std::pow(solver.eigenvectors()(0, i), 2)});
    return nodes;
}

double alignment_radius(double dimension, double x) {
    if (dimension <= 2.0) return 1.0;
    return std::sqrt(-std::expm1(-2.0 * x / (dimension - 2.0)));
}

Alignments alignments(double s, double r, double theta) {
    const double half = 0.5 * std::acos(s);
    return {r * std::cos(theta - half), r * std::cos(theta + half)};
}

double angle_of(double s, const Alignments& m) {
    const double half = 0.5 * std::acos(s);
    return std::atan2((m.m1 - m.m2) * std::cos(half), (m.m1 + m.m2) * std::sin(half));
}

}  // namespace modecollapse
