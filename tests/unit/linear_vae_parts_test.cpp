// Parts of the linear VAE: small symmetric eigenproblems, the lift and the projection of the inverse-Lipschitz decoder,
// schedules of the KL weight, the semi-definite root, the Bartlett factor at few degrees of freedom.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <random>

#include "modecollapse/linear_vae/sgd.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::most_directions;
using support::VaePayload;
using support::VaeState;

template <int n>
Eigen::MatrixXd matrix_of(const double (&a)[n][n], int size) {
    Eigen::MatrixXd result(size, size);
    for (int i = 0; i < size; ++i)
        for (int j = 0; j < size; ++j) result(i, j) = a[i][j];
    return result;
}

Eigen::MatrixXd random_symmetric(int n, std::mt19937& generator) {
    std::normal_distribution<double> normal;
    Eigen::MatrixXd x(n, n);
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) x(i, j) = normal(generator);
    return x + x.transpose();
}

// Eigen's solver is told the same matrix.
TEST(LinearVaeParts, SymmetricEigenAgreesWithEigen) {
    std::mt19937 generator(1);
    for (int n = 1; n <= most_directions; ++n)
        for (int repeat = 0; repeat < 20; ++repeat) {
            Eigen::MatrixXd x = random_symmetric(n, generator);
            if (repeat == 0) x = Eigen::MatrixXd::Identity(n, n);  // one eigenvalue
            if (repeat == 1) x = x.col(0) * x.col(0).transpose();  // rank one
            double a[most_directions][most_directions], u[most_directions][most_directions];
            for (int i = 0; i < n; ++i)
                for (int j = 0; j < n; ++j) a[i][j] = x(i, j);
            symmetric_eigen(a, u, n);
            const Eigen::MatrixXd vectors = matrix_of(u, n), values = matrix_of(a, n);
            const double scale = x.norm();
            EXPECT_LT((vectors.transpose() * vectors - Eigen::MatrixXd::Identity(n, n)).norm(), 1e-13 * n);
            EXPECT_LT((vectors * values.diagonal().asDiagonal() * vectors.transpose() - x).norm(), 1e-13 * n * scale);
            Eigen::VectorXd found = values.diagonal();
            std::sort(found.data(), found.data() + n);
            const Eigen::VectorXd expected = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(x).eigenvalues();
            EXPECT_LT((found - expected).norm(), 1e-13 * n * scale) << n;
        }
}

// A state from explicit matrices W, V of 40 rows.
VaeState random_state(const VaePayload& problem, std::mt19937& generator, double scale) {
    constexpr int rows = 40;
    std::normal_distribution<double> normal;
    VaeState y = support::empty_state(problem);
    Eigen::MatrixXd w(rows, problem.latent), v(rows, problem.latent);
    for (int i = 0; i < rows; ++i)
        for (int a = 0; a < problem.latent; ++a) {
            w(i, a) = scale * normal(generator) / std::sqrt(rows);
            v(i, a) = scale * normal(generator) / std::sqrt(rows);
        }
    for (int a = 0; a < problem.latent; ++a) {
        for (int k = 0; k < problem.signal; ++k) {
            y.m(a, k) = w(k, a);
            y.d(a, k) = v(k, a);
        }
        for (int b = 0; b < problem.latent; ++b) {
            y.q(a, b) = w.col(a).dot(w.col(b));
            y.e(a, b) = v.col(a).dot(v.col(b));
            y.r(a, b) = w.col(a).dot(v.col(b));
        }
    }
    return y;
}

Eigen::MatrixXd gram_of(const VaeState& y) {
    Eigen::MatrixXd q(y.latent(), y.latent());
    for (int a = 0; a < y.latent(); ++a)
        for (int b = 0; b < y.latent(); ++b) q(a, b) = y.q(a, b);
    return q;
}

double least_eigenvalue(const VaeState& y) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram_of(y)).eigenvalues()(0);
}

TEST(LinearVaeParts, TheLiftBringsEverySingularValueToTheConstant) {
    std::mt19937 generator(2);
    for (const int latent : {1, 2, 3, 5, 16}) {
        VaePayload problem;
        problem.latent = latent;
        problem.signal = std::min(latent, 3);
        VaeState y = random_state(problem, generator, 1.0);
        const VaeState before = y;
        const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram_of(y)).eigenvalues();
        const double constant = std::sqrt(0.5 * (values(0) + values(latent - 1)) * 1.01);
        EXPECT_TRUE(linear_vae::lift(constant, y));
        EXPECT_NEAR(least_eigenvalue(y), constant * constant, 1e-13);
        // what was above stays, and the parts of the encoder too
        const Eigen::VectorXd after = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram_of(y)).eigenvalues();
        EXPECT_NEAR(after(latent - 1), std::max(values(latent - 1), constant * constant), 1e-12);
        for (int i = before.e_at(0, 0); i < before.r_at(0, 0); ++i) EXPECT_EQ(y.at(i), before.at(i));
        // a second lift finds nothing to do, beyond rounding
        VaeState again = y;
        linear_vae::lift(constant * (1.0 - 1e-12), again);
        for (int i = 0; i < y.size(); ++i) EXPECT_EQ(again.at(i), y.at(i));
    }
}

// The projection is the lift after an infinitesimal step: (lift(y + h f) - y) / h -> projected f, at first order in h.
TEST(LinearVaeParts, TheProjectionIsTheLiftOfAnInfinitesimalStep) {
    std::mt19937 generator(3);
    for (const int latent : {1, 2, 3})
        for (const double share : {0.3, 1.5}) {  // of the singular values that are at L, roughly
            VaePayload problem;
            problem.latent = latent;
            problem.signal = 1;
            problem.kl_weight.end = 2.0;
            VaeState y = random_state(problem, generator, 1.0);
            const double constant = share * std::sqrt(gram_of(y).trace() / latent);
            linear_vae::lift(constant, y);
            linear_vae::lift(constant * (1.0 + 1e-9), y);  // pinned for certain
            const linear_vae::Field<VaeState::Shape> field(problem);
            VaeState rate = linear_vae::like(y);
            field(y, 2.0, rate);
            VaeState projected = rate;
            linear_vae::project(constant * (1.0 + 1e-9), y, projected);
            double previous = 0.0;
            for (const double h : {1e-3, 5e-4}) {
                VaeState moved = y;
                for (int i = 0; i < y.size(); ++i) moved.at(i) += h * rate.at(i);
                linear_vae::lift(constant * (1.0 + 1e-9), moved);
                double worst = 0.0, without = 0.0;
                for (int i = 0; i < y.size(); ++i) {
                    worst = std::max(worst, std::abs((moved.at(i) - y.at(i)) / h - projected.at(i)));
                    if (i < y.r_at(0, 0) || i >= y.variance_at(0)) continue;  // twin: R left out
                    without = std::max(without, std::abs((moved.at(i) - y.at(i)) / h - rate.at(i)));
                }
                EXPECT_LT(worst, 20.0 * h) << latent << " " << share;
                EXPECT_TRUE(previous < 1e-10 || std::abs(worst / previous - 0.5) < 0.1) << worst << " " << previous;
                previous = worst;
                EXPECT_TRUE(share < 1.0 || without > 1e-3) << without;
            }
        }
}

TEST(LinearVaeParts, SchedulesOfTheKlWeight) {
    KlWeight weight{Annealing::linear, 2.0, 0.5, 4.0, 0.25};
    EXPECT_DOUBLE_EQ(weight.at(0.0), 0.5);
    EXPECT_DOUBLE_EQ(weight.at(2.0), 1.25);
    EXPECT_DOUBLE_EQ(weight.at(4.0), 2.0);
    EXPECT_DOUBLE_EQ(weight.at(9.0), 2.0);
    EXPECT_EQ(weight.next_corner(1.0, 0.0, 10.0), 4.0);
    EXPECT_EQ(weight.next_corner(4.0, 0.0, 10.0), 10.0);
    weight.annealing = Annealing::exponential_beta;
    EXPECT_NEAR(weight.at(4.0), 2.0 - 1.5 * std::exp(-1.0), 1e-14);
    weight.annealing = Annealing::geometric;
    EXPECT_NEAR(weight.at(2.0), 1.0, 1e-14);
    EXPECT_EQ(weight.at(4.0), 2.0);
    weight.annealing = Annealing::tanh;
    EXPECT_NEAR(weight.at(2.0), 0.5 + 1.5 * std::tanh(0.5), 1e-14);
    weight.annealing = Annealing::constant;
    EXPECT_EQ(weight.at(0.0), 2.0);
    weight.annealing = Annealing::cyclical;  // cycles of 4 that rise for 1
    EXPECT_DOUBLE_EQ(weight.at(0.0), 0.5);
    EXPECT_DOUBLE_EQ(weight.at(0.5), 1.25);
    EXPECT_DOUBLE_EQ(weight.at(1.0), 2.0);
    EXPECT_DOUBLE_EQ(weight.at(4.0), 2.0);  // the end of a cycle belongs to it
    EXPECT_DOUBLE_EQ(weight.at(4.5), 1.25);
    EXPECT_EQ(weight.next_corner(0.5, 0.0, 10.0), 1.0);
    EXPECT_EQ(weight.next_corner(1.0, 0.0, 10.0), 4.0);
    EXPECT_EQ(weight.next_corner(4.0, 4.0, 10.0), 5.0);
    EXPECT_EQ(weight.next_corner(9.5, 8.0, 10.0), 10.0);
}

TEST(LinearVaeParts, TheRootOfASingularMatrix) {
    std::mt19937 generator(4);
    std::normal_distribution<double> normal;
    for (const int rank : {0, 1, 2, 3, 4}) {
        Eigen::MatrixXd x(4, std::max(rank, 1));
        for (int i = 0; i < 4; ++i)
            for (int j = 0; j < x.cols(); ++j) x(i, j) = rank == 0 ? 0.0 : normal(generator);
        const Eigen::MatrixXd c = x * x.transpose();
        double a[4][4];
        for (int i = 0; i < 4; ++i)
            for (int j = 0; j < 4; ++j) a[i][j] = c(i, j);
        semidefinite_root<double>(a, 4);
        Eigen::MatrixXd root = matrix_of(a, 4).triangularView<Eigen::Lower>();
        EXPECT_LT((root * root.transpose() - c).norm(), 1e-12 * (1.0 + c.norm())) << rank;
    }
}

}  // namespace
}  // namespace modecollapse
