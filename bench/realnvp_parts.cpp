#include "bench/realnvp_parts.hpp"

#include <Eigen/Dense>

namespace modecollapse::bench {
namespace {

template <class T>
T products(int n, int repetitions) {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
    const Matrix a = Matrix::Random(n, n), b = Matrix::Random(n, n);
    Matrix c = Matrix::Zero(n, n);
    for (int i = 0; i < repetitions; ++i) c.noalias() += a * b;
    return c(0, 0);
}

}  // namespace

double eigen_products(int n, int repetitions) { return products<double>(n, repetitions); }
float eigen_products_single(int n, int repetitions) { return products<float>(n, repetitions); }

}  // namespace modecollapse::bench
