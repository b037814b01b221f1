// Nodes and weights of the quadrature. Apart from the sums, which are compiled for the machine at hand: Eigen's layout
// depends on such flags.
#include <Eigen/Eigenvalues>
#include <cmath>

#include "bench/peers/gauss_hermite.hpp"

namespace modecollapse::bench {

GaussHermite build_gauss_hermite() {
    constexpr int n = GaussHermite::nodes;
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
    for (int i = 1; i < n; ++i) jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobi);
    GaussHermite rule;
    for (int i = 0; i < n; ++i) {
        rule.node[i] = solver.eigenvalues()(i);
        rule.weight[i] = solver.eigenvectors()(0, i) * solver.eigenvectors()(0, i);
    }
    return rule;
}

}  // namespace modecollapse::bench
