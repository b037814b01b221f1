#include "tests/support/gradient_flow_payloads.hpp"

#include <Eigen/Eigenvalues>

#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::support {

State start_of(std::uint64_t id, std::uint64_t seed, double dimension) {
    return InitialLaw<double, Random123Words>({}, seed, dimension)(&id);
}

double smallest_gram_eigenvalue(const State& y) {
    const double s = 1.0 - y.u;
    Eigen::Matrix3d gram;
    gram << 1.0, y.m1, y.m2, y.m1, 1.0, s, y.m2, s, 1.0;
    return Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(gram, Eigen::EigenvaluesOnly).eigenvalues()[0];
}

}  // namespace modecollapse::support
